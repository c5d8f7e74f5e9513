// SPDX-License-Identifier: Apache-2.0
#include "common/child/heartbeat.h"

#include <utility>

#include <unistd.h>

#include "common/link/turns.h"
#include "link.pb.h"

namespace rtpengine::child {

namespace {
constexpr std::uint64_t interval_ms = 1000;
}

// Its identity is its own: a successor and its predecessor beat at the same time.
Result<std::unique_ptr<Heartbeat>> Heartbeat::start(link::Context& context, uv::Loop& loop,
                                                    const std::string& runtime_dir, std::string name) {
    std::unique_ptr<Heartbeat> heartbeat(new Heartbeat(loop, std::move(name)));
    auto socket = link::Dealer::connect(context, loop, runtime_dir + "/supervisor.sock", "",
                                        [raw = heartbeat.get()](std::string_view bytes) { raw->received(bytes); });
    if (!socket) return socket.error();
    heartbeat->socket_ = *std::move(socket);
    heartbeat->timer_.start_ms(0, interval_ms);
    return heartbeat;
}

Heartbeat::Heartbeat(uv::Loop& loop, std::string name)
    : loop_(loop), name_(std::move(name)), timer_(loop, [this] { send(); }) {}

void Heartbeat::stand_by() {
    stands_by_ = true;
    send();
}

void Heartbeat::ready(std::string detail) {
    ready_ = true;
    stands_by_ = false;
    detail_ = std::move(detail);
    send();
}

void Heartbeat::received(std::string_view bytes) {
    link::FromSupervisor message;
    if (handler_ && message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) handler_(message);
}

// One that can't be sent is made up for by the next.
void Heartbeat::send() {
    link::ToSupervisor message;
    auto& beat = *message.mutable_heartbeat();
    beat.set_name(name_);
    beat.set_pid(getpid());
    beat.set_ready(ready_);
    beat.set_standby(stands_by_);
    beat.set_detail(detail_);
    link::write(loop_.turns(), *beat.mutable_turns());
    if (fill_) fill_(beat);
    socket_->send(message.SerializeAsString());
}

} // namespace rtpengine::child
