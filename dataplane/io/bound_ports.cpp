// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/bound_ports.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dataplane/io/udp_socket.h"

namespace rtpengine::io {

namespace {

// A sender hardly ever changes its TOS, and asking costs a tenth of a packet.
constexpr unsigned tos_sampling = 64;

} // namespace

Result<BoundPorts> BoundPorts::create(std::uint32_t slots, unsigned max_reads) {
    Fd epoll(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) return Error{std::string("cannot make an epoll descriptor: ") + std::strerror(errno), errno};
    return BoundPorts(std::move(epoll), slots, std::max(max_reads, 1u));
}

BoundPorts::BoundPorts(Fd epoll, std::uint32_t slots, unsigned max_reads)
    : epoll_(std::move(epoll)), sockets_(slots), wants_ttl_(slots), turns_(slots), max_reads_(max_reads), queue_(slots), queued_(slots) {}

Status BoundPorts::open(std::uint32_t slot, const Endpoint& local) {
    auto socket = open_udp(local);
    if (!socket) return socket.error();
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u32 = slot;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket->get(), &event) < 0)
        return Error{"cannot watch UDP " + local.str() + ": " + std::strerror(errno), errno};
    sockets_[slot] = *std::move(socket);
    turns_[slot] = 0;
    wants_ttl_[slot] = false;
    return {};
}

// Their overruns are known when they close: asking all of them all the time would cost more than it tells.
void BoundPorts::close(std::uint32_t slot) {
    if (!sockets_[slot]) return;
    overruns_ += socket_overruns(sockets_[slot].get());
    sockets_[slot].reset();
}

void BoundPorts::fetch_events() {
    const int count = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), 0);
    for (int i = 0; i < count; ++i)
        enqueue(events_[static_cast<std::size_t>(i)].data.u32);
}

void BoundPorts::enqueue(std::uint32_t slot) {
    if (queued_[slot]) return;
    queued_[slot] = true;
    queue_[(first_ + waiting_++) % queue_.size()] = slot;
}

std::uint32_t BoundPorts::dequeue() {
    const auto slot = queue_[first_];
    first_ = (first_ + 1) % queue_.size();
    --waiting_;
    queued_[slot] = false;
    return slot;
}

bool BoundPorts::drain(Batch& batch, std::uint32_t slot) {
    const bool with_tos = turns_[slot]++ % tos_sampling == 0;
    for (unsigned reads = 0; reads < max_reads_ && !full(batch); ++reads)
        if (reader_.read(batch, sockets_[slot].get(), slot, (with_tos && reads == 0) || wants_ttl_[slot]) == Reader::Read::nothing)
            return true; // one that has been closed, too
    return false;
}

// A socket that is not drained has its next turn behind the others.
bool BoundPorts::receive(Batch& batch) {
    fetch_events();
    reader_.clear();
    for (auto turns = waiting_; turns && !full(batch); --turns)
        if (const auto slot = dequeue(); !drain(batch, slot)) enqueue(slot);
    return waiting_ > 0;
}

int BoundPorts::send(std::uint32_t slot, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload) {
    return send_udp(sockets_[slot].get(), to, marking, payload);
}

} // namespace rtpengine::io
