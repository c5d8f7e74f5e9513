// SPDX-License-Identifier: Apache-2.0
// Keys of interfaces, addresses and ports.
#include "control/ng/flags/keys/tables.h"

#include <algorithm>

namespace rtpengine::ng::keys {

namespace {

// [family, address] or the address alone.
void received_from(Reading& r, const Value& value) {
    for (const auto& member : r.members(value))
        if (const auto parsed = Address::parse(member)) r.flags.received_from = parsed;
}

// In a string the first name is the interface towards S, the second the one towards R.
void direction(Reading& r, const Value& value) {
    auto& names = r.flags.direction;
    if (value.text() && r.in_string()) {
        if (names.size() >= 2) return ignore(r, "direction", text_of(value));
        names.emplace_back(text_of(value));
    } else if (value.list()) {
        names = r.members(value);
        names.resize(std::min<std::size_t>(names.size(), 2));
    }
}

template <std::size_t side> void interface_of(Reading& r, const Value& value) {
    auto& names = r.flags.direction;
    if (!value.text()) return;
    names.resize(std::max<std::size_t>(names.size(), side + 1));
    names[side] = text_of(value);
}

constexpr KeyRow addressing_rows[] = {
    {"address-family", sdp_out, word<apply_address_family>},
    {"direction", op_offer, direction},
    {"from-interface", op_offer, interface_of<0>},
    {"inbound-peer", op_offer, literal<&Flags::inbound_peer>},
    {"interface", op_publish | op_subscribe_request | op_create | op_transform, &Flags::interface},
    {"media-address", sdp_out, literal<&Flags::media_address>},
    {"outbound-peer", op_offer, literal<&Flags::outbound_peer>},
    {"peer", op_publish | op_subscribe_request | op_create | op_transform, literal<&Flags::peer>},
    {"received-from", oap, received_from},
    {"to-interface", op_offer, interface_of<1>},
    {"tos", op_offer, &Flags::tos},
};
static_assert(sorted_by_name(std::span<const KeyRow>(addressing_rows)));

} // namespace

std::span<const KeyRow> addressing() { return addressing_rows; }

} // namespace rtpengine::ng::keys
