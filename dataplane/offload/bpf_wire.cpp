// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/bpf_wire.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

namespace rtpengine::offload {

namespace {

static_assert(static_cast<int>(flow::Component::any) == FORWARD_ANY &&
              static_cast<int>(flow::Component::rtp) == FORWARD_RTP &&
              static_cast<int>(flow::Component::rtcp) == FORWARD_RTCP &&
              static_cast<int>(flow::Component::muxed) == FORWARD_MUXED);
static_assert(static_cast<int>(Mismatch::forward) == FORWARD_FROM_ANYWHERE &&
              static_cast<int>(Mismatch::refuse) == FORWARD_REFUSE &&
              static_cast<int>(Mismatch::to_userspace) == FORWARD_TO_USERSPACE);
static_assert(max_destinations == FORWARD_MAX_COPIES + 1 && max_payload_types == FORWARD_MAX_TYPES &&
              max_sources == FORWARD_MAX_SOURCES);

// The kernel's rt_tos2priority(): what a socket with this TOS would give its packets.
__u8 priority_of(std::uint8_t tos) {
    constexpr __u8 best_effort = 0, bulk = 2, interactive_bulk = 4, interactive = 6;
    constexpr __u8 priorities[] = {best_effort, bulk, interactive, interactive_bulk};
    return priorities[tos >> 3 & 3];
}

__u8 takes(const Destination& destination) {
    return static_cast<__u8>(destination.rtp << FORWARD_CONTENT_RTP | destination.rtcp << FORWARD_CONTENT_RTCP |
                             destination.other << FORWARD_CONTENT_OTHER);
}

forward_destination to_bpf(const Destination& from) {
    forward_destination to{};
    to.stream = from.stream;
    to.from = offload::to_bpf(from.from);
    to.to = offload::to_bpf(from.to);
    to.takes = takes(from);
    to.tos = from.tos;
    to.priority = priority_of(from.tos);
    return to;
}

forward_source to_bpf(const Source& from, std::uint64_t heard_ns) {
    return {from.ssrc,       from.timestamp, from.packets, from.bytes, from.lost,
            from.duplicates, from.highest,   from.window,  heard_ns};
}

Source from_bpf(const forward_source& from) {
    return {from.ssrc, from.timestamp,  from.packets, from.bytes,
            from.lost, from.duplicates, from.highest, from.window};
}

// Every packet went to all destinations that take it.
DestinationCount count_of(const forward_destination& destination, const forward_stream& stream,
                          const forward_sum& failed) {
    DestinationCount count{destination.stream, {}};
    for (unsigned content = 0; content < FORWARD_CONTENTS; ++content) {
        if (!(destination.takes >> content & 1)) continue;
        count.out.packets += stream.in[content].packets;
        count.out.bytes += stream.in[content].bytes;
    }
    count.out.errors = std::min<std::uint64_t>(failed.packets, count.out.packets);
    count.out.packets -= count.out.errors;
    count.out.bytes -= std::min<std::uint64_t>(failed.bytes, count.out.bytes);
    return count;
}

} // namespace

forward_endpoint to_bpf(const Endpoint& from) {
    forward_endpoint to{};
    std::memcpy(to.address, from.address.bytes.data(), from.address.size());
    to.port = htons(from.port);
    to.family = static_cast<__u16>(from.address.family);
    return to;
}

Endpoint from_bpf(const forward_endpoint& from) {
    const auto* bytes = reinterpret_cast<const char*>(from.address);
    return {Address::from_bytes({bytes, from.family == 4 ? 4u : 16u}), ntohs(from.port)};
}

forward_stream to_bpf(const Rule& rule, std::uint64_t serial, const Sources& sources, std::uint64_t now_ns) {
    forward_stream stream{};
    stream.generation = {rule.key.id, serial};
    stream.local = to_bpf(rule.key.local);
    if (rule.source.known()) stream.source = to_bpf(rule.source);
    stream.component = static_cast<__u8>(rule.component);
    stream.mismatch = static_cast<__u8>(rule.mismatch);
    stream.n_destinations = static_cast<__u8>(rule.destinations.size());
    if (!rule.destinations.empty()) stream.destination = to_bpf(rule.destinations.front());
    stream.sources.n = static_cast<__u8>(sources.size());
    std::transform(sources.begin(), sources.end(), stream.sources.list,
                   [now_ns](const Source& source) { return to_bpf(source, now_ns); });
    return stream;
}

forward_copies copies_to_bpf(const Rule& rule, const forward_generation& generation) {
    forward_copies copies{};
    copies.generation = generation;
    for (std::size_t i = 1; i < rule.destinations.size(); ++i)
        copies.list[i - 1].destination = to_bpf(rule.destinations[i]);
    return copies;
}

State from_bpf(const forward_stream& stream, const forward_copies* copies, std::uint64_t asleep_us) {
    State state;
    state.key = {stream.generation.id, from_bpf(stream.local)};
    for (const auto& in : stream.in) {
        state.in.packets += in.packets;
        state.in.bytes += in.bytes;
    }
    state.in.errors = stream.errors;
    state.to_userspace = stream.to_userspace;
    if (stream.last_seen) state.last_seen_us = asleep_us + stream.last_seen / 1000;
    state.tos = static_cast<std::uint8_t>(stream.tos);
    for (unsigned i = 0; i < std::min<unsigned>(stream.types.n, max_payload_types); ++i)
        state.payload_types.push_back({stream.types.list[i], stream.types.packets[i]});
    state.others = {stream.sources.others.packets, stream.sources.others.bytes, stream.types.others};
    for (unsigned i = 0; i < std::min<unsigned>(stream.sources.n, max_sources); ++i)
        state.sources.push_back(from_bpf(stream.sources.list[i]));
    if (stream.n_destinations)
        state.destinations.push_back(count_of(stream.destination, stream, stream.failed));
    for (unsigned i = 1; copies && i < std::min<unsigned>(stream.n_destinations, max_destinations); ++i)
        state.destinations.push_back(
            count_of(copies->list[i - 1].destination, stream, copies->list[i - 1].failed));
    return state;
}

} // namespace rtpengine::offload
