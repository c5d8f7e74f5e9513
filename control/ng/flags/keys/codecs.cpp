// SPDX-License-Identifier: Apache-2.0
// Keys of codecs, and of what is made of packets that one side can't use.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

void codec(Reading& r, const Value& value) {
    if (!value.dict()) return;
    for (const auto& [name, list] : *value.dict())
        for (const auto& member : r.members(list))
            apply_codec(r, name, member);
}

constexpr KeyRow codecs_rows[] = {
    {"audio-player", op_any, word<apply_audio_player>},
    {"codec", op_any, codec},
    {"codecs", op_any, codec},
    {"delay-buffer", oa | op_select, &Flags::delay_buffer},
    {"player", op_any, word<apply_audio_player>},
    {"ptime", op_offer, &Flags::ptime},
    {"ptime-reverse", op_offer, &Flags::ptime_reverse},
    {"reverse-ptime", op_offer, &Flags::ptime_reverse},
    {"t.38", op_offer | op_subscribe_request | op_publish, each<apply_t38>},
    {"t.38-version", op_offer, &Flags::t38_version},
    {"t38", op_offer | op_subscribe_request | op_publish, each<apply_t38>},
    {"t38-version", op_offer, &Flags::t38_version},
};
static_assert(sorted_by_name(std::span<const KeyRow>(codecs_rows)));

} // namespace

std::span<const KeyRow> codecs() { return codecs_rows; }

} // namespace rtpengine::ng::keys
