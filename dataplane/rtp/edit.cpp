// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/edit.h"

#include <algorithm>
#include <cstring>

#include "dataplane/rtp/rtcp.h"

namespace rtpengine::rtp {

namespace {

constexpr std::uint8_t transport_feedback = 205, payload_feedback = 206; // RFC 4585 section 6.1
constexpr std::uint8_t has_padding = 0x20;

// Of RTCP (RFC 5761 section 4), and no feedback.
bool stays(std::uint8_t type) { return type >= 192 && type <= 223 && type != transport_feedback && type != payload_feedback; }

unsigned type_of(Bytes packet) { return packet[1] & 0x7f; }

// The payload of RTP ends where its padding begins (RFC 3550 section 5.1); padding that can't be is none.
std::size_t payload_end(std::span<const std::uint8_t> packet, std::size_t begin) {
    if (!(packet[0] & has_padding) || packet.size() == begin) return packet.size();
    const std::size_t padding = packet.back();
    return padding && padding <= packet.size() - begin ? packet.size() - padding : packet.size();
}

void fill_payload(std::span<std::uint8_t> packet, std::uint8_t octet) {
    const auto header = Packet::parse(packet);
    if (!header) return;
    const auto begin = header->header_size;
    std::fill(packet.begin() + static_cast<std::ptrdiff_t>(begin),
              packet.begin() + static_cast<std::ptrdiff_t>(payload_end(packet, begin)), octet);
}

std::size_t without_feedback(Bytes compound, std::span<std::uint8_t> to) {
    std::size_t size = 0;
    while (const auto packet = Rtcp::parse(compound)) {
        const auto length = compound.size() - packet->rest.size();
        if (stays(packet->type)) {
            std::memcpy(to.data() + size, compound.data(), length);
            size += length;
        }
        compound = packet->rest;
    }
    return size;
}

} // namespace

bool Edit::lets_pass(Kind kind, Bytes packet) const {
    return kind != Kind::rtp || !(dropped[type_of(packet)] || silenced[type_of(packet)]);
}

std::size_t Edit::apply(Kind kind, Bytes packet, std::span<std::uint8_t> to) const {
    if (kind == Kind::rtcp && no_feedback) return without_feedback(packet, to);
    if (kind != Kind::rtp) {
        std::memcpy(to.data(), packet.data(), packet.size());
        return packet.size();
    }
    const auto type = type_of(packet);
    if (dropped[type]) return 0;
    const auto size = strip_extensions(stripped, packet, to);
    if (silenced[type]) fill_payload(to.first(size), silence[type]);
    return size;
}

} // namespace rtpengine::rtp
