// SPDX-License-Identifier: Apache-2.0
// RFC 3551 section 6, tables 4 and 5; 12 is QCELP of RFC 2658.
#include <algorithm>
#include <array>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

namespace {

std::array<Codec, 24> make_table() {
    struct Row {
        int payload_type;
        const char* name;
        unsigned clock_rate, channels;
    };
    constexpr std::array rows{
        Row{0, "PCMU", 8000, 1},   Row{3, "GSM", 8000, 1},    Row{4, "G723", 8000, 1},
        Row{5, "DVI4", 8000, 1},   Row{6, "DVI4", 16000, 1},  Row{7, "LPC", 8000, 1},
        Row{8, "PCMA", 8000, 1},   Row{9, "G722", 8000, 1},   Row{10, "L16", 44100, 2},
        Row{11, "L16", 44100, 1},  Row{12, "QCELP", 8000, 1}, Row{13, "CN", 8000, 1},
        Row{14, "MPA", 90000, 1},  Row{15, "G728", 8000, 1},  Row{16, "DVI4", 11025, 1},
        Row{17, "DVI4", 22050, 1}, Row{18, "G729", 8000, 1},  Row{25, "CelB", 90000, 1},
        Row{26, "JPEG", 90000, 1}, Row{28, "nv", 90000, 1},   Row{31, "H261", 90000, 1},
        Row{32, "MPV", 90000, 1},  Row{33, "MP2T", 90000, 1}, Row{34, "H263", 90000, 1},
    };
    std::array<Codec, 24> table;
    std::ranges::transform(rows, table.begin(), [](const Row& row) {
        Codec codec;
        codec.payload_type = row.payload_type;
        codec.name = row.name;
        codec.clock_rate = row.clock_rate;
        codec.channels = row.channels;
        return codec;
    });
    return table;
}

} // namespace

const Codec* static_codec(int payload_type) {
    static const auto table = make_table();
    if (payload_type < 0) return nullptr;
    const auto found = std::ranges::find(table, payload_type, &Codec::payload_type);
    return found == table.end() ? nullptr : &*found;
}

} // namespace rtpengine::sdp
