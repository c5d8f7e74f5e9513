// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/encode.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>

#include "dataplane/srtp/kernel.h"
#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::offload {

namespace {

static_assert(static_cast<int>(flow::Component::rtp) == RTPENGINE_RTP &&
              static_cast<int>(flow::Component::rtcp) == RTPENGINE_RTCP &&
              static_cast<int>(flow::Component::muxed) == RTPENGINE_MUXED);
static_assert(static_cast<int>(Mismatch::refuse) == RTPENGINE_MISMATCH_DROP &&
              static_cast<int>(Mismatch::to_userspace) == RTPENGINE_MISMATCH_USERSPACE);
static_assert(max_destinations == RTPENGINE_MAX_DESTINATIONS &&
              max_payload_types == RTPENGINE_MAX_PAYLOAD_TYPES && max_sources == RTPENGINE_MAX_SOURCES);

constexpr std::size_t longest_set = sizeof(rtpengine_set) + max_destinations * sizeof(rtpengine_destination);
constexpr std::size_t longest_answer = sizeof(rtpengine_header) + RTPENGINE_MAX_STATE_SIZE;

rtpengine_endpoint to_wire(const Endpoint& endpoint) {
    rtpengine_endpoint wire{};
    std::memcpy(wire.address, endpoint.address.bytes.data(), endpoint.address.size());
    wire.port = htons(endpoint.port);
    wire.family = static_cast<__u8>(endpoint.address.family);
    return wire;
}

rtpengine_source to_wire(const Source& source) {
    rtpengine_source wire{};
    wire.ssrc = source.ssrc;
    wire.packets = source.packets;
    wire.bytes = source.bytes;
    wire.highest = source.highest;
    wire.window = source.window;
    wire.lost = source.lost;
    wire.duplicates = source.duplicates;
    wire.timestamp = source.timestamp;
    return wire;
}

// False: the module can't.
bool to_wire(const Side& side, const Boundaries& boundaries, rtpengine_srtp& srtp,
             rtpengine_srtp_source (&sources)[RTPENGINE_MAX_SOURCES]) {
    if (!side) return true;
    if (!srtp::to_kernel(*side.keys, srtp)) return false;
    srtp.flags |= RTPENGINE_SRTP_SHARED;
    for (std::size_t i = 0; i < boundaries.size(); ++i) {
        sources[i].ssrc = boundaries[i].ssrc;
        sources[i].flags = RTPENGINE_SRTP_SOURCE_RTP;
        sources[i].rtp_index = boundaries[i].index;
        std::ranges::fill(sources[i].rtp_window, ~__u64{0});
    }
    return true;
}

rtpengine_destination to_wire(const Destination& destination) {
    rtpengine_destination wire{};
    wire.stream = destination.stream;
    wire.from = to_wire(destination.from);
    wire.to = to_wire(destination.to);
    wire.takes = static_cast<__u8>((destination.rtp ? RTPENGINE_TAKES_RTP : 0) |
                                   (destination.rtcp ? RTPENGINE_TAKES_RTCP : 0) |
                                   (destination.other ? RTPENGINE_TAKES_OTHER : 0));
    wire.tos = destination.tos;
    return wire;
}

std::uint8_t flags_of(const Rule& rule) {
    int flags = 0;
    if (rule.carries_rtp()) flags |= RTPENGINE_COUNT_SOURCES;
    if (rule.blackhole) flags |= RTPENGINE_BLACKHOLE;
    if (rule.drop_rtp) flags |= RTPENGINE_DROP_RTP;
    return static_cast<std::uint8_t>(flags);
}

rtpengine_stream to_wire(const Rule& rule, const Start& start) {
    const auto& sources = start.sources;
    rtpengine_stream wire{};
    wire.id = rule.key.id;
    wire.local = to_wire(rule.key.local);
    if (rule.source.known()) wire.source = to_wire(rule.source);
    wire.component = static_cast<__u8>(rule.component);
    wire.mismatch = static_cast<__u8>(rule.mismatch);
    wire.flags = flags_of(rule);
    wire.n_sources = static_cast<__u8>(sources.size());
    wire.n_destinations = static_cast<__u8>(rule.destinations.size());
    for (std::size_t i = 0; i < sources.size(); ++i)
        wire.sources[i] = to_wire(sources[i]);
    (void)to_wire(rule.receive, start.receive, wire.srtp, wire.srtp_sources);
    return wire;
}

std::size_t encode_key(std::uint32_t command, const Key& key, std::span<unsigned char> to) {
    rtpengine_key message{};
    message.header = {command, sizeof message, static_cast<__u32>(to.size()), 0};
    message.id = key.id;
    message.local = to_wire(key.local);
    std::memcpy(to.data(), &message, sizeof message);
    return sizeof message;
}

} // namespace

constexpr std::size_t longest = std::max(longest_set, longest_answer);
const std::size_t message_capacity = longest;

std::size_t encode_set(const Rule& rule, const Start& start, std::span<unsigned char> to) {
    const auto size = sizeof(rtpengine_set) + rule.destinations.size() * sizeof(rtpengine_destination);
    rtpengine_set message{};
    message.header = {RTPENGINE_SET, static_cast<__u32>(size), static_cast<__u32>(to.size()), 0};
    message.stream = to_wire(rule, start);
    std::memcpy(to.data(), &message, sizeof message);
    auto* at = to.data() + sizeof message;
    for (std::size_t i = 0; i < rule.destinations.size(); ++i) {
        auto wire = to_wire(rule.destinations[i]);
        const auto& boundaries = i < start.send.size() ? start.send[i] : Boundaries{};
        (void)to_wire(rule.destinations[i].send, boundaries, wire.srtp, wire.srtp_sources);
        std::memcpy(at, &wire, sizeof wire);
        at += sizeof wire;
    }
    return size;
}

std::size_t encode_delete(const Key& key, std::span<unsigned char> to) {
    return encode_key(RTPENGINE_DELETE, key, to);
}

std::size_t encode_forget(const Key& key, std::span<unsigned char> to) {
    return encode_key(RTPENGINE_FORGET, key, to);
}

std::size_t encode_get(const Key& key, std::span<unsigned char> to) {
    return encode_key(RTPENGINE_GET, key, to);
}

bool can_encode(const Side& side) {
    rtpengine_srtp srtp{};
    rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES]{};
    const bool can = to_wire(side, {}, srtp, sources);
    explicit_bzero(&srtp, sizeof srtp);
    return can;
}

// FNV-1a over the message, without keys, and the fingerprints of those.
std::uint64_t fingerprint(const Rule& rule) {
    auto open = rule;
    open.receive.keys = nullptr;
    for (auto& destination : open.destinations)
        destination.send.keys = nullptr;
    std::array<unsigned char, longest> bytes;
    const auto size = encode_set(open, {}, bytes);
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3; };
    for (std::size_t i = 0; i < size; ++i)
        add(bytes[i]);
    add(rule.receive.fingerprint);
    for (const auto& destination : rule.destinations)
        add(destination.send.fingerprint);
    return hash ? hash : 1;
}

} // namespace rtpengine::offload
