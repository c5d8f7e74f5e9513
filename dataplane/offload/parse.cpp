// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/parse.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <type_traits>

#include <arpa/inet.h>

#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::offload {

namespace {

// The value at the front; the caller knows that it is there.
template <class T> T take(Bytes& bytes) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes = bytes.subspan(sizeof value);
    return value;
}

template <class T> std::optional<T> peek(Bytes bytes) {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    return take<T>(bytes);
}

Endpoint from_wire(const rtpengine_endpoint& wire) {
    const std::string_view address(reinterpret_cast<const char*>(wire.address),
                                   wire.family == RTPENGINE_IPV4 ? 4 : 16);
    return {Address::from_bytes(address), ntohs(wire.port)};
}

Counters from_wire(const rtpengine_counters& wire) {
    return {wire.packets, wire.bytes, wire.errors};
}

Source from_wire(const rtpengine_source& wire) {
    return {wire.ssrc, wire.timestamp,  wire.packets, wire.bytes,
            wire.lost, wire.duplicates, wire.highest, wire.window};
}

Used from_wire(const rtpengine_srtp_source& wire) { return {wire.ssrc, {wire.rtp_index, {wire.rtp_window[0], wire.rtp_window[1]}}}; }

// Of RTP. The caller knows that they are there.
UsedIndices take_used(Bytes& bytes, unsigned count) {
    UsedIndices used;
    for (; count > 0; --count)
        if (const auto wire = take<rtpengine_srtp_source>(bytes); wire.flags & RTPENGINE_SRTP_SOURCE_RTP) used.push_back(from_wire(wire));
    return used;
}

// A front whose counts fit; what it says of its length may still be wrong.
bool is_front(const rtpengine_state& front) {
    return front.id && (front.local.family == RTPENGINE_IPV4 || front.local.family == RTPENGINE_IPV6) &&
           front.n_payload_types <= max_payload_types && front.n_sources <= max_sources &&
           front.n_srtp_sources <= max_sources && front.n_destinations <= max_destinations &&
           front.size >= sizeof front && front.size <= RTPENGINE_MAX_STATE_SIZE && front.size % 8 == 0;
}

State begin(const rtpengine_state& front) {
    State state;
    state.key = {front.id, from_wire(front.local)};
    state.withdrawn = front.life & RTPENGINE_WITHDRAWN;
    state.final = front.life & RTPENGINE_FINAL;
    state.in = from_wire(front.in);
    state.to_userspace = front.to_userspace;
    state.last_seen_us = front.last_seen / 1000;
    state.tos = front.tos;
    state.others = {front.other_packets, front.other_bytes, front.other_types};
    return state;
}

// Bytes of what follows a front with these counts, but for the SRTP sources of destinations.
std::size_t size_of_parts(const rtpengine_state& front) {
    return front.n_payload_types * sizeof(rtpengine_payload_type_state) +
           front.n_sources * sizeof(rtpengine_source) + front.n_srtp_sources * sizeof(rtpengine_srtp_source) +
           front.n_destinations * sizeof(rtpengine_destination_state);
}

// What is left are exactly the SRTP sources of the destinations.
bool take_used(Bytes rest, std::span<const unsigned> counts, State& state) {
    const auto total = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    if (rest.size() != total * sizeof(rtpengine_srtp_source)) return false;
    for (std::size_t i = 0; i < counts.size(); ++i)
        state.destinations[i].send = take_used(rest, counts[i]);
    return true;
}

std::optional<State> read(const rtpengine_state& front, Bytes rest) {
    if (rest.size() < size_of_parts(front)) return std::nullopt;
    State state = begin(front);
    for (unsigned i = 0; i < front.n_payload_types; ++i) {
        const auto type = take<rtpengine_payload_type_state>(rest);
        if (type.type > 127) return std::nullopt;
        state.payload_types.push_back({type.type, type.packets});
    }
    for (unsigned i = 0; i < front.n_sources; ++i)
        state.sources.push_back(from_wire(take<rtpengine_source>(rest)));
    state.receive = take_used(rest, front.n_srtp_sources);
    std::array<unsigned, max_destinations> counts{};
    for (unsigned i = 0; i < front.n_destinations; ++i) {
        const auto destination = take<rtpengine_destination_state>(rest);
        state.destinations.push_back({destination.stream, from_wire(destination.out)});
        counts[i] = destination.n_srtp_sources;
    }
    return take_used(rest, std::span(counts).first(front.n_destinations), state) ? std::optional(state) : std::nullopt;
}

} // namespace

std::optional<State> take_state(Bytes& bytes) {
    const auto front = peek<rtpengine_state>(bytes);
    if (!front || !is_front(*front) || front->size > bytes.size()) return std::nullopt;
    const auto state = read(*front, bytes.subspan(sizeof *front, front->size - sizeof *front));
    if (state) bytes = bytes.subspan(front->size);
    return state;
}

Result<std::size_t> each_state(Bytes bytes, const Visit& visit) {
    auto rest = bytes;
    while (const auto front = peek<rtpengine_state>(rest)) {
        if (is_front(*front) && front->size > rest.size()) break;
        const auto state = take_state(rest);
        if (!state) return Error{"the kernel's list of streams is not as its ABI has it", EBADMSG};
        visit(*state);
    }
    return bytes.size() - rest.size();
}

// A request has its command's own size, and flags (0 or 1) or an id where the answer has the size of its
// state, so the two can't be taken for each other: an answer's state is exactly as long as the header says.
std::optional<State> answered(Bytes message) {
    const auto header = peek<rtpengine_header>(message);
    if (!header || header->size > message.size() || header->size < sizeof *header) return std::nullopt;
    auto rest = message.subspan(sizeof *header, header->size - sizeof *header);
    const auto state = take_state(rest);
    return state && rest.empty() ? state : std::nullopt;
}

} // namespace rtpengine::offload
