// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec.h"

#include <algorithm>
#include <array>
#include <limits>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

constexpr std::array opus_parameters{
    "stereo",          "sprop-stereo",         "useinbandfec",      "usedtx",  "cbr",
    "maxplaybackrate", "sprop-maxcapturerate", "maxaveragebitrate", "minptime"};

std::string opus_format(std::string_view parameters) {
    std::string result;
    for (const std::string_view name : opus_parameters) {
        const std::string_view value = format_parameter(parameters, name);
        if (value.empty()) continue;
        if (!result.empty()) result += "; ";
        result.append(name).append("=").append(value);
    }
    return result;
}

} // namespace

std::string Codec::full() const {
    std::string text = name + "/" + std::to_string(clock_rate);
    if (channels > 1) text += "/" + std::to_string(channels);
    return text;
}

bool Codec::supplemental() const {
    return equal_ignoring_case(name, "telephone-event") || equal_ignoring_case(name, "CN");
}

bool read_rtpmap(std::string_view text, Codec& codec) {
    text = trim(text);
    const std::string_view name = take_until(text, '/'), rate = take_until(text, '/');
    constexpr unsigned most = std::numeric_limits<unsigned>::max();
    const auto clock_rate = number<unsigned>(rate, 1, most);
    const auto channels = text.empty() ? 1 : number<unsigned>(text, 1, 255);
    if (name.empty() || name.find_first_of(" \t") != name.npos || !clock_rate || !channels) return false;
    codec.name = name;
    codec.clock_rate = *clock_rate;
    codec.channels = *channels;
    return true;
}

std::string format_parameters(const Codec& codec) {
    if (!codec.fmtp) return {};
    return equal_ignoring_case(codec.name, "opus") ? opus_format(*codec.fmtp) : *codec.fmtp;
}

std::string_view format_parameter(std::string_view parameters, std::string_view name) {
    while (!parameters.empty()) {
        std::string_view value = take_until(parameters, ';');
        if (equal_ignoring_case(trim(take_until(value, '=')), name)) return trim(value);
    }
    return {};
}

} // namespace rtpengine::sdp
