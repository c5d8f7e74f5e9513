// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/bound_ports.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dataplane/io/udp_socket.h"

namespace rtpengine::io {

Result<BoundPorts> BoundPorts::create(std::uint32_t slots, unsigned max_reads) {
    Fd epoll(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) return Error{std::string("cannot make an epoll descriptor: ") + std::strerror(errno), errno};
    return BoundPorts(std::move(epoll), slots, std::max(max_reads, 1u));
}

Status BoundPorts::open(std::uint32_t slot, const Endpoint& local) {
    auto socket = open_udp(local);
    if (!socket) return socket.error();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = slot;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket->get(), &event) < 0)
        return Error{"cannot watch UDP " + local.str() + ": " + std::strerror(errno), errno};
    sockets_[slot] = *std::move(socket);
    return {};
}

void BoundPorts::close(std::uint32_t slot) { sockets_[slot].reset(); }

void BoundPorts::read(Batch& batch, std::uint32_t slot) {
    for (unsigned left = max_reads_; left && !batch.full();) {
        const auto count = batch.receive(sockets_[slot].get(), slot, left);
        if (count < std::min(left, Batch::spills)) return; // drained
        left -= count;
    }
}

// Level-triggered: what is not read now is reported again.
bool BoundPorts::receive(Batch& batch) {
    const auto room = static_cast<int>(Batch::capacity - batch.packets().size());
    if (batch.full()) return true;
    const int count = epoll_wait(epoll_.get(), ready_.data(), room, 0);
    for (int i = 0; i < count && !batch.full(); ++i) read(batch, ready_[static_cast<unsigned>(i)].data.u32);
    return batch.full();
}

int BoundPorts::send(std::uint32_t slot, const Endpoint& to, std::uint8_t tos, std::span<const iovec> parts) {
    return send_udp(sockets_[slot].get(), to, tos, parts);
}

} // namespace rtpengine::io
