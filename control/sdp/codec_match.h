// SPDX-License-Identifier: Apache-2.0
// When two payload types mean the same codec, and which codecs an operation of the SIP proxy means.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

// Same encoding with parameters that understand each other; the number doesn't matter. What has neither
// rtpmap nor a static definition is like only its own kind.
bool same_format(const Codec& a, const Codec& b);
// Codecs have the same format when these are equal. For lists: every pair would be looked at otherwise.
struct Format {
    std::string name; // lower case
    unsigned clock_rate, channels;
    bool octet_aligned; // AMR
    auto operator<=>(const Format&) const = default;
};
Format format_of(const Codec& codec);
bool same_number(const Codec& a, const Codec& b);
// One of the codecs that can be decoded and encoded at all (specification section 6.5.1).
bool transcodable(const Codec& codec);

// A list of codec strings "NAME[/RATE[/CHANNELS[/...]]]", as in strip, mask, offer.
class CodecSet {
  public:
    // `except` narrows the words "all" and "full", not what is named.
    explicit CodecSet(const std::vector<std::string>& texts, const std::vector<std::string>& except = {});

    bool contains(const Codec& codec) const;
    bool names(const Codec& codec) const; // other than by "all" or "full"
    bool full() const { return full_; }
    bool empty() const { return patterns_.empty() && !all_; }

    struct Pattern {
        std::string name;
        unsigned clock_rate = 0; // 0: any
        unsigned channels = 1;   // counts only with a clock rate

        bool matches(const Codec& codec) const;
    };
    const std::vector<Pattern>& patterns() const { return patterns_; }

  private:
    std::vector<Pattern> patterns_, except_;
    bool all_ = false, full_ = false; // full_ implies all_
};

} // namespace rtpengine::sdp
