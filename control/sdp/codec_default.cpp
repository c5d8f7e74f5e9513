// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec_default.h"

#include <algorithm>

#include "control/sdp/codec_match.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

struct Row {
    std::string_view name;
    unsigned clock_rate, channels;
    const char* fmtp; // nullptr: none
};
constexpr Row rows[] = {
    {"PCMU", 8000, 1, nullptr},    {"PCMA", 8000, 1, nullptr},
    {"G722", 8000, 1, nullptr},    {"G729", 8000, 1, nullptr},
    {"G723", 8000, 1, nullptr},    {"GSM", 8000, 1, nullptr},
    {"speex", 16000, 1, nullptr},  {"iLBC", 8000, 1, "mode=30"},
    {"opus", 48000, 2, "useinbandfec=1"},
    {"AMR", 8000, 1, "octet-align=1;mode-change-capability=2"},
    {"AMR-WB", 16000, 1, "octet-align=1;mode-change-capability=2"},
    {"EVS", 16000, 1, "dtx=0;dtx-recv=0"},
    {"telephone-event", 8000, 1, "0-15"}, {"CN", 8000, 1, nullptr},
};
constexpr int first_dynamic = 96, last = 127;

bool has_number(const CodecList& list, int number) {
    return std::ranges::any_of(list, [number](const Codec& codec) { return codec.payload_type == number; });
}

int static_number(const Codec& codec) {
    for (int number = 0; number < first_dynamic; ++number)
        if (const auto* known = static_codec(number); known && same_format(*known, codec)) return number;
    return -1;
}

// -1: there is none left.
int number_for(const Codec& codec, const CodecList& list) {
    const auto usual = static_number(codec);
    if (usual >= 0 && !has_number(list, usual)) return usual;
    for (int number = first_dynamic; number <= last; ++number)
        if (!has_number(list, number)) return number;
    return -1;
}

} // namespace

CodecList codecs_by_name(const std::vector<std::string>& texts) {
    CodecList list;
    const CodecSet wanted(texts);
    for (const auto& pattern : wanted.patterns()) {
        const auto row = std::ranges::find_if(rows, [&](const Row& each) { return equal_ignoring_case(each.name, pattern.name); });
        if (row == std::end(rows)) continue;
        Codec codec;
        codec.name = row->name;
        codec.clock_rate = pattern.clock_rate ? pattern.clock_rate : row->clock_rate;
        codec.channels = pattern.clock_rate ? pattern.channels : row->channels;
        if (row->fmtp) codec.fmtp = row->fmtp;
        if (std::ranges::any_of(list, [&](const Codec& other) { return same_format(other, codec); })) continue;
        codec.payload_type = number_for(codec, list);
        if (codec.payload_type >= 0) list.push_back(std::move(codec));
    }
    return list;
}

} // namespace rtpengine::sdp
