// SPDX-License-Identifier: Apache-2.0
// What one request, one SDP body and one call may take of us. Honest ones stay far below; docs/ng.md lists them all.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine {

struct Budget {
    std::string_view what; // "Too much: 12 WHAT, at most 10"
    std::size_t most;

    // Over it: an error that says what there is too much of, how much, and what there may be.
    Status allows(std::size_t amount) const;
};

namespace budget {

// Of an SDP body.
inline constexpr Budget sections{"sections of the SDP", 256};
inline constexpr Budget codecs{"codecs of the SDP", 4096}; // over all sections
inline constexpr Budget inherited{"bytes that the sections of the SDP take over from their session", 128 * 1024};

// Of a request: keys, members of lists and words of rtpp_flags, whatever they mean.
inline constexpr Budget words{"keys and words of the request", 1000};
inline constexpr Budget name{"bytes of a call-id, tag, via-branch, label or interface", 1024};
inline constexpr Budget metadata{"bytes of metadata", 8192};

// Of a call, with all its branches.
inline constexpr Budget parties{"parties of the call", 512};
inline constexpr Budget medias{"media of the call", 4096};
inline constexpr Budget call_codecs{"codecs of the call", 16384};
inline constexpr Budget ports{"ports of the call", 2048};
inline constexpr Budget kept{"bytes of text kept for the call", 2 * 1024 * 1024};

// A body of this size between two parties that the call has fits, however full others have made the call.
namespace ordinary {
inline constexpr std::size_t sections = 8, codecs = 128, text = 8 * 1024;
}

// What one datagram carries over IPv4: cookie, blank and body. More would never arrive.
inline constexpr Budget reply{"bytes of the reply", 65507};

} // namespace budget

} // namespace rtpengine
