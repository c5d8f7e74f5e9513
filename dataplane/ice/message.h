// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "common/base/endpoint.h"
#include "dataplane/ice/stun.h"

namespace rtpengine::ice {

// A STUN message as it came; refers to the datagram. Of an attribute that stands twice the first one counts.
struct Message {
    Bytes datagram;
    Class cls{};
    std::uint16_t method = 0;
    Transaction transaction{};

    std::optional<std::string_view> username;
    std::optional<std::uint32_t> priority;
    std::optional<std::uint64_t> controlling, controlled; // tie-breakers
    std::optional<Endpoint> mapped;
    std::uint16_t error = 0; // of a class error: 300 to 699, or 0
    bool use_candidate = false;

    std::size_t integrity = 0;  // where MESSAGE-INTEGRITY begins; 0: there is none
    bool fingerprint = false;   // there is one, and it fits
    std::size_t unknown_count = 0; // that must be understood; the first of them:
    std::array<std::uint16_t, 8> unknown{};

    // nullopt: it isn't a whole STUN message, an attribute is malformed, or its fingerprint is wrong.
    static std::optional<Message> read(Bytes datagram);

    // MESSAGE-INTEGRITY is there and was made with this key.
    bool authentic(std::string_view key) const;
};

} // namespace rtpengine::ice
