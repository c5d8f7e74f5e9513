// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/port_sender.h"

#include <cerrno>

#include "dataplane/io/transit.h"

namespace rtpengine::io {

PortSender::PortSender(PortSet& ports, Relay* relay, std::uint32_t worker)
    : ports_(ports), relay_(relay), worker_(worker), room_(new std::uint8_t[Arrivals::max_datagram]) {}

std::uint8_t* PortSender::reserve(const Outgoing&, std::size_t size) {
    return size <= Arrivals::max_datagram ? room_.get() : nullptr;
}

int PortSender::send(const Outgoing& datagram, std::span<const std::uint8_t> payload) {
    const auto& route = *datagram.route;
    datagram.mark_handled();
    if (route.worker == worker_) return ports_.send(route.slot, datagram.to, {route.tos, datagram.ttl}, payload);
    return relay_ ? relay_->send(route.worker, {route.stream, route.slot, route.tos, datagram.ttl}, payload) : ENOTCONN;
}

} // namespace rtpengine::io
