// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec_match.h"

#include <algorithm>
#include <array>
#include <limits>

#include "control/sdp/codec.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

constexpr std::array transcodable_names{"PCMU",  "PCMA", "G722", "G729", "G723",   "GSM",
                                        "speex", "iLBC", "opus", "AMR",  "AMR-WB", "EVS"};

bool is_amr(const Codec& codec) {
    return equal_ignoring_case(codec.name, "AMR") || equal_ignoring_case(codec.name, "AMR-WB");
}

bool octet_aligned(const Codec& codec) {
    return codec.fmtp && format_parameter(*codec.fmtp, "octet-align") == "1";
}

// RFC 4867 section 8.3.1: the two packetisations can't talk to each other.
bool same_packetisation(const Codec& a, const Codec& b) {
    return !is_amr(a) || octet_aligned(a) == octet_aligned(b);
}

std::optional<CodecSet::Pattern> read_pattern(std::string_view text) {
    CodecSet::Pattern pattern;
    pattern.name = take_until(text, '/');
    const std::string_view rate = take_until(text, '/'), channels = take_until(text, '/');
    constexpr unsigned most = std::numeric_limits<unsigned>::max();
    if (!rate.empty()) pattern.clock_rate = number<unsigned>(rate, 1, most).value_or(most);
    if (!channels.empty()) pattern.channels = number<unsigned>(channels, 1, most).value_or(most);
    if (pattern.name.empty()) return std::nullopt;
    return pattern;
}

std::vector<CodecSet::Pattern> read_patterns(const std::vector<std::string>& texts) {
    std::vector<CodecSet::Pattern> patterns;
    for (const std::string& text : texts)
        if (auto pattern = read_pattern(text)) patterns.push_back(std::move(*pattern));
    return patterns;
}

bool any_matches(const std::vector<CodecSet::Pattern>& patterns, const Codec& codec) {
    return std::ranges::any_of(patterns,
                               [&](const CodecSet::Pattern& pattern) { return pattern.matches(codec); });
}

} // namespace

bool same_format(const Codec& a, const Codec& b) {
    return equal_ignoring_case(a.name, b.name) && a.clock_rate == b.clock_rate && a.channels == b.channels &&
           same_packetisation(a, b);
}

Format format_of(const Codec& codec) {
    return {lower_case(codec.name), codec.clock_rate, codec.channels, is_amr(codec) && octet_aligned(codec)};
}

bool same_number(const Codec& a, const Codec& b) {
    return a.payload_type == b.payload_type;
}

bool transcodable(const Codec& codec) {
    return std::ranges::any_of(transcodable_names,
                               [&](std::string_view name) { return equal_ignoring_case(name, codec.name); });
}

bool CodecSet::Pattern::matches(const Codec& codec) const {
    if (!equal_ignoring_case(name, codec.name)) return false;
    return clock_rate == 0 || (clock_rate == codec.clock_rate && channels == codec.channels);
}

CodecSet::CodecSet(const std::vector<std::string>& texts, const std::vector<std::string>& except)
    : patterns_(read_patterns(texts)), except_(read_patterns(except)) {
    full_ = std::erase_if(patterns_, [](const Pattern& pattern) { return pattern.name == "full"; }) > 0;
    all_ =
        std::erase_if(patterns_, [](const Pattern& pattern) { return pattern.name == "all"; }) > 0 || full_;
}

bool CodecSet::names(const Codec& codec) const {
    return any_matches(patterns_, codec);
}

bool CodecSet::contains(const Codec& codec) const {
    return names(codec) || (all_ && !any_matches(except_, codec));
}

} // namespace rtpengine::sdp
