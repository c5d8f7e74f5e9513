// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/egress.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rtpengine::io {

Egress::Egress(PortSet& ports, Relay* relay, Transit& transit, std::uint32_t worker, state::Traffic& totals,
               state::Turns& turns)
    : ports_(ports),
      transit_(transit),
      totals_(totals),
      turns_(turns),
      ordinary_(ports, relay, worker),
      failed_([this](const Outgoing& datagram, auto payload, int error) { failed(datagram, payload, error); }) {}

Sender* Egress::sender(const Address& source) {
    if (const auto found = raw_.find(source); found != raw_.end()) return found->second.get();
    auto socket = RawSocket::open(source, transit_.departures(source));
    if (!socket) {
        why_not_raw_ = socket.error().message;
        // Only a lack of privilege is for ever; an address may yet come up.
        if (socket.error().code == EPERM) raw_[source] = nullptr;
        return nullptr;
    }
    return (raw_[source] = *std::move(socket)).get();
}

bool Egress::any_raw() const {
    return std::any_of(raw_.begin(), raw_.end(), [](const auto& entry) { return entry.second != nullptr; });
}

// Of what a predecessor left, only the bytes are known.
void Egress::failed(const Outgoing& datagram, std::span<const std::uint8_t> payload, int error) {
    if (!datagram.route) return totals_.errors.add(1);
    if (error != EMSGSIZE || ordinary_.send(datagram, payload) != 0) count_error(datagram);
}

void Egress::count(const Outgoing& datagram) {
    if (!datagram.counted) return;
    for (auto* traffic : {datagram.route->counters, &totals_}) {
        traffic->packets.add(1);
        traffic->bytes.add(datagram.size);
    }
}

void Egress::count_error(const Outgoing& datagram) {
    if (!datagram.counted) return;
    for (auto* traffic : {datagram.route->counters, &totals_}) {
        traffic->packets.set(traffic->packets.get() - 1);
        traffic->bytes.set(traffic->bytes.get() - datagram.size);
        traffic->errors.add(1);
    }
}

// Calls whose peers are ports of ours may form a ring. What goes round in it carries what is left of its TTL, as with a router.
std::uint8_t Egress::passes_left(const Packet& packet) {
    if (!packet.ttl) ports_.ask_for_ttl(packet.slot); // for those that follow
    return packet.ttl ? std::min<std::uint8_t>(packet.ttl - 1, max_passes) : max_passes;
}

// What came before leaves before what has to take another way.
std::span<std::uint8_t> Egress::reserve(const Route& route, const Endpoint& to, const Packet* cause, std::size_t size) {
    next_ = {.route = &route, .to = to, .counted = cause != nullptr, .left = cause ? cause->left : nullptr};
    if (cause && host_.contains(to.address)) [[unlikely]] next_.ttl = passes_left(*cause);
    sender_ = route.sender;
    if (sender_) {
        if (auto* room = sender_->reserve(next_, size)) [[likely]] return {room, size};
        settle();
        sender_->flush(failed_);
        if (auto* room = sender_->reserve(next_, size)) return {room, size};
    }
    sender_ = &ordinary_;
    return {ordinary_.reserve(next_, size), size};
}

void Egress::commit(std::size_t length) {
    next_.size = static_cast<std::uint32_t>(length);
    count(next_);
    if (sender_ == &ordinary_) settle(); // it leaves at once
    if (!next_.ttl || sender_->commit(next_) != 0) count_error(next_);
}

void Egress::send(const Route& route, const Endpoint& to, const Packet& packet) {
    const auto room = reserve(route, to, &packet, packet.bytes.size());
    std::memcpy(room.data(), packet.bytes.data(), packet.bytes.size());
    commit(packet.bytes.size());
}

void Egress::flush() {
    settle();
    for (auto& [address, socket] : raw_)
        if (socket && !socket->empty()) socket->flush(failed_);
}

void Egress::end_batch() {
    transit_.enter(Transit::Stage::leaving);
    flush();
    transit_.enter(Transit::Stage::idle);
}

void Egress::take_over() {
    turn_ = srtp::begin(turns_);
    if (transit_.stage() != Transit::Stage::leaving) return;
    for (const auto& source : transit_.sources())
        sender(source);
    end_batch();
}

} // namespace rtpengine::io
