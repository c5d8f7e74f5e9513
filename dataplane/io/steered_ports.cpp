// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/steered_ports.h"

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "bpf/steer.h"
#include "dataplane/io/udp_socket.h"

namespace rtpengine::io {

namespace {

constexpr std::uint32_t ports_a_piece = 4096;
static_assert(STEER_PORTS % ports_a_piece == 0);

std::uint32_t* no_slots() {
    auto* slots = static_cast<std::uint32_t*>(std::calloc(STEER_PORTS, sizeof(std::uint32_t)));
    if (!slots) throw std::bad_alloc();
    return slots;
}

std::uint16_t port_at(std::uint32_t place) { return static_cast<std::uint16_t>(place % STEER_PORTS); }

} // namespace

Result<SteeredPorts> SteeredPorts::create(std::uint32_t slots, const Steering& steering, Transit& transit) {
    if (steering.sockets.size() > Transit::max_sockets) return Error{"more steered sockets than families", EINVAL};
    auto table = PortTable::map(Fd(steering.ports), steering.addresses, steering.owner);
    if (!table) return table.error();
    return SteeredPorts(slots, steering, *std::move(table), transit);
}

SteeredPorts::SteeredPorts(std::uint32_t slots, const Steering& steering, PortTable table, Transit& transit)
    : table_(std::move(table)), transit_(transit), places_(slots, closed) {
    for (const int socket : steering.sockets)
        sockets_.emplace_back(Fd(socket), transit_.arrivals(sockets_.size()));
    for (const auto& local : steering.locals)
        locals_.push_back({local.address, local.index * STEER_PORTS, decltype(Local::slots)(no_slots())});
}

const SteeredPorts::Local* SteeredPorts::find(const Address& address) const {
    for (const auto& local : locals_)
        if (local.address == address) return &local;
    return nullptr;
}

const SteeredPorts::Local& SteeredPorts::local_at(std::uint32_t place) const {
    const auto first = place - port_at(place);
    return *std::find_if(locals_.begin(), locals_.end(), [&](const auto& local) { return local.first == first; });
}

// A predecessor's port is ours already, and datagrams may wait. Any other is tried with a bind: what has a socket of
// its own must not be robbed.
Status SteeredPorts::claim(const Local& of, const Endpoint& local) {
    const auto place = of.first + local.port;
    if (table_.is_ours(place) && !of.slots[local.port]) return {};
    if (!table_.is_free(place)) return Error{"cannot open UDP " + local.str() + ": it is open already", EADDRINUSE};
    if (auto tried = try_udp(local, &table_); !tried) return tried;
    table_.open(place);
    return {};
}

Status SteeredPorts::open(std::uint32_t slot, const Endpoint& local) {
    const auto* of = find(local.address);
    if (!of) return Error{"cannot open UDP " + local.str() + ": not an address of this interface", EADDRNOTAVAIL};
    if (auto claimed = claim(*of, local); !claimed) return claimed;
    of->slots[local.port] = slot + 1;
    places_[slot] = of->first + local.port;
    return {};
}

void SteeredPorts::close(std::uint32_t slot) {
    const auto place = std::exchange(places_[slot], closed);
    if (place == closed) return;
    table_.close(place);
    local_at(place).slots[port_at(place)] = 0;
    ordinary_.erase(slot);
}

// What a predecessor had open and nobody has asked for since. `from`: a port of one of our addresses, in their order.
std::uint32_t SteeredPorts::close_unclaimed(std::uint32_t from) {
    if (locals_.empty()) return 0;
    const auto& local = locals_[from / STEER_PORTS];
    for (const auto end = from + ports_a_piece; from < end; ++from) {
        const auto port = from % STEER_PORTS;
        if (table_.is_ours(local.first + port) && !local.slots[port]) table_.close(local.first + port);
    }
    return from < locals_.size() * STEER_PORTS ? from : 0;
}

std::vector<int> SteeredPorts::descriptors() const {
    std::vector<int> all;
    for (const auto& socket : sockets_)
        all.push_back(socket.descriptor());
    return all;
}

// Datagrams to a port that isn't open were on their way when it was closed.
void SteeredPorts::add(const SteeredSocket::Datagram& datagram, Batch& batch) const {
    const auto* local = find(datagram.destination.address);
    const auto slot_plus_one = local ? local->slots[datagram.destination.port] : 0;
    if (slot_plus_one) batch.add({slot_plus_one - 1, datagram.tos, datagram.ttl, datagram.source, datagram.bytes, datagram.left});
}

// Once each: their memory holds what they last received.
bool SteeredPorts::receive(Batch& batch) {
    for (auto& socket : sockets_)
        socket.clear();
    transit_.enter(Transit::Stage::taken);
    bool more = false;
    for (auto& socket : sockets_) {
        const auto most = std::min(batch.room(), Arrivals::capacity);
        socket.receive(most);
        for (std::size_t i = 0; i < socket.received(); ++i)
            add(socket.datagram(i), batch);
        more |= socket.received() == most;
    }
    return more;
}

// Empty: handled already, or not worth a thought.
void SteeredPorts::take_over(Batch& batch) {
    for (auto& socket : sockets_)
        for (std::size_t i = 0; i < socket.received(); ++i)
            if (const auto datagram = socket.datagram(i); !datagram.bytes.empty()) add(datagram, batch);
}

int SteeredPorts::send(std::uint32_t slot, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload) {
    if (places_[slot] == closed) return EBADF;
    auto found = ordinary_.find(slot);
    if (found == ordinary_.end()) {
        auto socket = open_udp({local_at(places_[slot]).address, port_at(places_[slot])}, &table_);
        if (!socket) return socket.error().code;
        found = ordinary_.emplace(slot, *std::move(socket)).first;
    }
    return send_udp(found->second.get(), to, marking, payload);
}

std::uint64_t SteeredPorts::overruns() const {
    std::uint64_t sum = 0;
    for (const auto& socket : sockets_)
        sum += socket_overruns(socket.descriptor());
    return sum;
}

} // namespace rtpengine::io
