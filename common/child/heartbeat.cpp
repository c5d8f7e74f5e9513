// SPDX-License-Identifier: Apache-2.0
#include "common/child/heartbeat.h"

#include <utility>

#include <unistd.h>

#include "link.pb.h"

namespace rtpengine::child {

namespace {
constexpr std::uint64_t interval_ms = 1000;
}

Result<std::unique_ptr<Heartbeat>> Heartbeat::start(link::Context& context, uv::Loop& loop,
                                                    const std::string& runtime_dir, std::string name) {
    auto socket = link::Dealer::connect(context, loop, runtime_dir + "/supervisor.sock", name, [](auto) {});
    if (!socket) return socket.error();
    return std::unique_ptr<Heartbeat>(new Heartbeat(*std::move(socket), loop, std::move(name)));
}

Heartbeat::Heartbeat(std::unique_ptr<link::Dealer> socket, uv::Loop& loop, std::string name)
    : socket_(std::move(socket)), name_(std::move(name)), timer_(loop, [this] { send(); }) {
    timer_.start_ms(0, interval_ms);
}

void Heartbeat::ready(std::string detail) {
    ready_ = true;
    detail_ = std::move(detail);
    send();
}

// One that can't be sent is made up for by the next.
void Heartbeat::send() {
    link::ToSupervisor message;
    auto& beat = *message.mutable_heartbeat();
    beat.set_name(name_);
    beat.set_pid(getpid());
    beat.set_ready(ready_);
    beat.set_detail(detail_);
    socket_->send(message.SerializeAsString());
}

} // namespace rtpengine::child
