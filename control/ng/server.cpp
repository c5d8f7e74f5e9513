// SPDX-License-Identifier: Apache-2.0
#include "control/ng/server.h"

namespace rtpengine::ng {

namespace {

// Then the workers get what was asked of them: several requests in one message, but not so many that control and its
// workers wait for each other instead of working at the same time.
constexpr unsigned requests_a_round = 8;

} // namespace

Server::Server(uv::Loop& loop, Fd socket, Dispatcher& dispatcher)
    : dispatcher_(dispatcher),
      socket_(std::make_shared<DatagramSocket>(std::move(socket))),
      poll_(loop, socket_->fd(), [this] { drain(); }) {}

// The poll is level-triggered: what is left over comes in the next round.
void Server::drain() {
    socket_->receive(requests_a_round, [this](const DatagramSocket::Datagram& datagram) {
        const std::weak_ptr<DatagramSocket> weak = socket_;
        dispatcher_.receive(datagram.bytes, datagram.peer,
                            [weak, peer = datagram.peer, local = datagram.local](std::string_view reply) {
                                if (const auto socket = weak.lock()) socket->send(reply, peer, local);
                            });
    });
}

} // namespace rtpengine::ng
