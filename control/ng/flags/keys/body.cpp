// SPDX-License-Identifier: Apache-2.0
// Keys of the SDP, and of what its text shall be.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

void extmap(Reading& r, const Value& value) {
    if (!value.dict()) return;
    for (const auto& [name, list] : *value.dict()) {
        const auto known = spelling(name);
        auto* target = known == "strip"  ? &r.flags.extmap_strip
                       : known == "mask" ? &r.flags.extmap_mask
                                         : nullptr;
        if (!target) ignore(r, "extmap", name);
        if (target)
            for (const auto& member : r.members(list))
                target->push_back(unescape(member));
    }
}

constexpr KeyRow body_rows[] = {
    {"bundle", oa | op_subscribe_request, each<apply_bundle>},
    {"extmap", oap | op_subscribe_request, extmap},
    {"replace", oap | op_subscribe_request, each<apply_replace>},
    {"rtcp-mux", op_offer | op_publish | op_subscribe_request | op_create, each<apply_rtcp_mux>},
    {"sdp", op_any, &Flags::sdp},
    {"sdp-attr", sdp_out, apply_sdp_attr},
    {"sdp-media-remove", op_offer, apply_media_remove},
    {"transport-protocol", sdp_out, word<apply_transport>},
};
static_assert(sorted_by_name(std::span<const KeyRow>(body_rows)));

} // namespace

std::span<const KeyRow> body() { return body_rows; }

} // namespace rtpengine::ng::keys
