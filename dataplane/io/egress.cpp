// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/egress.h"

#include <algorithm>
#include <cerrno>

namespace rtpengine::io {

Egress::Egress(PortSet& ports, Relay* relay, Transit& transit, std::uint32_t worker, state::Traffic& totals)
    : ports_(ports),
      relay_(relay),
      transit_(transit),
      worker_(worker),
      totals_(totals),
      failed_([this](const Outgoing& datagram, int error) { failed(datagram, error); }) {}

RawSocket* Egress::raw(const Address& source) {
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
void Egress::failed(const Outgoing& datagram, int error) {
    if (!datagram.route) return totals_.errors.add(1);
    error == EMSGSIZE ? send_ordinary(datagram) : count_error(datagram);
}

void Egress::count(const Outgoing& datagram) {
    for (auto* traffic : {datagram.route->counters, &totals_}) {
        traffic->packets.add(1);
        traffic->bytes.add(datagram.packet->bytes.size());
    }
}

void Egress::count_error(const Outgoing& datagram) {
    for (auto* traffic : {datagram.route->counters, &totals_}) {
        traffic->packets.set(traffic->packets.get() - 1);
        traffic->bytes.set(traffic->bytes.get() - datagram.packet->bytes.size());
        traffic->errors.add(1);
    }
}

int Egress::send_now(const Route& route, const Endpoint& to, std::span<const std::uint8_t> payload, std::uint8_t ttl) {
    if (route.worker == worker_) return ports_.send(route.slot, to, {route.tos, ttl}, payload);
    return relay_ ? relay_->send(route.worker, {route.stream, route.slot, route.tos, ttl}, payload) : ENOTCONN;
}

// It leaves before the batch does: a successor must not send it again.
void Egress::send_ordinary(const Outgoing& datagram) {
    datagram.packet->mark_handled();
    if (send_now(*datagram.route, datagram.to, datagram.packet->bytes, datagram.ttl) != 0) count_error(datagram);
}

// Calls whose peers are ports of ours may form a ring. What goes round in it carries what is left of its TTL, as with a router.
std::uint8_t Egress::passes_left(const Packet& packet) {
    if (!packet.ttl) ports_.ask_for_ttl(packet.slot); // for those that follow
    return packet.ttl ? std::min<std::uint8_t>(packet.ttl - 1, max_passes) : max_passes;
}

void Egress::send(const Route& route, const Endpoint& to, const Packet& packet) {
    Outgoing datagram{&route, to, &packet, Marking::usual_ttl};
    if (host_.contains(to.address)) [[unlikely]] datagram.ttl = passes_left(packet);
    auto* raw = route.raw;
    const bool fits = raw && packet.bytes.size() <= RawSocket::max_payload;
    if (raw && (!fits || raw->full())) raw->flush(failed_); // what came before leaves before
    count(datagram);
    if (!datagram.ttl) return count_error(datagram);
    fits ? raw->add(datagram) : send_ordinary(datagram);
}

void Egress::flush() {
    transit_.enter(Transit::Stage::leaving);
    for (auto& [address, socket] : raw_)
        if (socket && !socket->empty()) socket->flush(failed_);
    transit_.enter(Transit::Stage::idle);
}

void Egress::take_over() {
    if (transit_.stage() != Transit::Stage::leaving) return;
    for (const auto& source : transit_.sources())
        raw(source);
    flush();
}

} // namespace rtpengine::io
