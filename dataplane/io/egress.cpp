// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/egress.h"

#include <algorithm>
#include <cerrno>

namespace rtpengine::io {

namespace {

// What passes nearly every link whole. A bigger one might go raw on a jumbo link; the ordinary socket can always.
constexpr std::size_t max_raw_payload = 1500 - 28;

} // namespace

Egress::Egress(PortSet& ports, Relay* relay, std::uint32_t worker, state::Traffic& totals)
    : ports_(ports), relay_(relay), worker_(worker), totals_(totals),
      done_([this](const Outgoing& datagram, int error) {
          if (error == EMSGSIZE)
              send_ordinary(datagram);
          else
              count(*datagram.route, datagram.packet->size(), error);
      }) {}

RawSocket* Egress::raw(const Address& source) {
    if (const auto found = raw_.find(source); found != raw_.end()) return found->second.get();
    auto socket = RawSocket::open(source);
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

void Egress::count(const Route& route, std::size_t bytes, int error) {
    if (error) {
        route.counters->errors.add(1);
        totals_.errors.add(1);
        return;
    }
    route.counters->packets.add(1);
    route.counters->bytes.add(bytes);
    totals_.packets.add(1);
    totals_.bytes.add(bytes);
}

int Egress::send_now(const Route& route, const Endpoint& to, std::span<const iovec> payload) {
    if (route.worker == worker_) return ports_.send(route.slot, to, route.tos, payload);
    return relay_ ? relay_->send(route.worker, {route.stream, route.slot, route.tos}, payload) : ENOTCONN;
}

void Egress::send_ordinary(const Outgoing& datagram) {
    const auto& packet = *datagram.packet;
    const iovec parts[2] = {{const_cast<std::uint8_t*>(packet.head.data()), packet.head.size()},
                            {const_cast<std::uint8_t*>(packet.tail.data()), packet.tail.size()}};
    const int error = send_now(*datagram.route, datagram.to, {parts, packet.tail.empty() ? 1u : 2u});
    count(*datagram.route, packet.size(), error);
}

void Egress::send(const Route& route, const Endpoint& to, const Packet& packet) {
    auto* raw = route.raw;
    if (!raw) return send_ordinary({&route, to, &packet});
    const bool fits = packet.size() <= max_raw_payload;
    if (!fits || raw->full()) raw->flush(done_); // what came before leaves before
    fits ? raw->add({&route, to, &packet}) : send_ordinary({&route, to, &packet});
}

void Egress::flush() {
    for (auto& [address, socket] : raw_)
        if (socket && !socket->empty()) socket->flush(done_);
}

} // namespace rtpengine::io
