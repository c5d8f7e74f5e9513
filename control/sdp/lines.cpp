// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/lines.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

constexpr std::array bandwidth_types{"AS", "RR", "RS", "CT", "TIAS"}; // printed in this order

auto bandwidth_rank(std::string_view type) {
    return std::ranges::find(bandwidth_types, type);
}

bool read_port(std::string_view text, Section& section) {
    const bool counted = text.find('/') != text.npos;
    const auto port = number<std::uint16_t>(take_until(text, '/'), 0, 65535);
    const auto count = counted ? number<unsigned>(text, 1, most_port_count) : 1;
    if (!port || !count) return false;
    section.port = *port;
    section.port_count = *count;
    return true;
}

void add_codec(Section& section, int payload_type) {
    Codec codec;
    if (const Codec* known = static_codec(payload_type)) codec = *known;
    codec.payload_type = payload_type;
    section.codecs.push_back(std::move(codec));
}

// A number that is listed twice is listed once.
void read_payload_types(Section& section) {
    std::bitset<128> seen;
    std::string_view rest = section.formats;
    for (std::string_view token = take_token(rest); !token.empty(); token = take_token(rest)) {
        const auto payload_type = number<int>(token, 0, 127);
        if (!payload_type)
            section.usable = false;
        else if (!seen.test(static_cast<std::size_t>(*payload_type)))
            add_codec(section, *payload_type);
        if (payload_type) seen.set(static_cast<std::size_t>(*payload_type));
    }
}

} // namespace

std::optional<Origin> read_origin(std::string_view value) {
    Origin origin;
    origin.username = take_token(value);
    origin.session_id = take_token(value);
    origin.version = take_token(value);
    const std::string_view network = take_token(value);
    origin.address_type = take_token(value);
    origin.address = take_token(value);
    if (network != "IN" || origin.address.empty()) return std::nullopt;
    return origin;
}

std::optional<Address> read_connection(std::string_view value) {
    const std::string_view network = take_token(value), family = take_token(value),
                           address = take_token(value);
    if (network != "IN" || family.empty() || !take_token(value).empty()) return std::nullopt;
    return Address::parse(address);
}

void add_bandwidth(std::vector<Bandwidth>& known, std::string_view value) {
    const std::string_view type = trim(take_until(value, ':'));
    const auto rank = bandwidth_rank(type);
    value = trim(value);
    if (rank == bandwidth_types.end() || value.empty()) return;
    const auto place = std::ranges::find_if(
        known, [&](const Bandwidth& other) { return bandwidth_rank(other.type) >= rank; });
    if (place != known.end() && place->type == type) return;
    known.insert(place, {std::string(type), std::string(value)});
}

std::string_view address_type(const Address& address) { return address.family == Family::ipv6 ? "IP6" : "IP4"; }

std::optional<Section> read_media(std::string_view value) {
    Section section;
    section.type = take_token(value);
    if (!read_port(take_token(value), section)) return std::nullopt;
    section.protocol_text = take_token(value);
    if (section.protocol_text.empty()) return std::nullopt;
    section.protocol = parse_protocol(section.protocol_text);
    section.formats = trim(value);
    if (section.rtp()) read_payload_types(section);
    return section;
}

} // namespace rtpengine::sdp
