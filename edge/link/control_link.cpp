// SPDX-License-Identifier: Apache-2.0
#include "edge/link/control_link.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/clock.h"

namespace rtpengine::edge {

namespace {

constexpr std::uint64_t tick_ms = 100;
constexpr unsigned questions_a_message = 8; // at most, as many as control takes from a UDP socket in a row
constexpr std::uint64_t first_wait_ms = 400, longest_wait_ms = 3200; // before it is asked again

} // namespace

Result<std::unique_ptr<ControlLink>> ControlLink::connect(link::Context& context, uv::Loop& loop, const std::string& runtime_dir,
                                                          const std::string& name, const std::string& instance,
                                                          std::function<void()> room) {
    std::unique_ptr<ControlLink> made(new ControlLink(loop, instance, std::move(room)));
    auto socket = link::Dealer::connect(context, loop, runtime_dir + "/control.sock", name,
                                        [raw = made.get()](std::string_view bytes) { raw->received(bytes); });
    if (!socket) return socket.error();
    made->socket_ = *std::move(socket);
    made->tick_.start_ms(tick_ms, tick_ms);
    return made;
}

// Tokens of an earlier process are not ours: what is still under way to it means nothing here.
ControlLink::ControlLink(uv::Loop& loop, std::string instance, std::function<void()> room)
    : loop_(loop), instance_(std::move(instance)), room_(std::move(room)), next_(loop.now_ms() << 24), tick_(loop, [this] { tick(); }) {}

link::EdgeRequest ControlLink::request_of(const Endpoint& client) {
    link::EdgeRequest request;
    request.set_token(++next_);
    request.set_instance(instance_);
    const auto raw = client.address.raw();
    request.mutable_peer()->set_address(raw.data(), raw.size());
    request.mutable_peer()->set_port(client.port);
    return request;
}

ControlLink::Ticket ControlLink::ask_ng(const Endpoint& client, std::string_view message, Done done) {
    auto request = request_of(client);
    request.set_ng(message.data(), message.size());
    return ask(request, std::move(done));
}

ControlLink::Ticket ControlLink::ask_ctl(const Endpoint& client, const link::CtlRequest& words, Done done) {
    auto request = request_of(client);
    *request.mutable_ctl() = words;
    return ask(request, std::move(done));
}

ControlLink::Ticket ControlLink::ask(const link::EdgeRequest& request, Done done) {
    link::ToControl message;
    *message.mutable_edge() = request;
    const auto now = loop_.now_ms();
    Asked asked{message.SerializeAsString(), std::make_shared<Done>(std::move(done)), now, now + first_wait_ms, first_wait_ms};
    send(asked.request);
    asked_.emplace(request.token(), std::move(asked));
    was_full_ |= is_full();
    return {this, request.token()};
}

// A client that asks much at a time shall have its first answers while control is at the last: both work.
void ControlLink::send(const std::string& request) {
    socket_->send(request);
    if (++together_ % questions_a_message == 0) socket_->send_off();
}

void ControlLink::received(std::string_view bytes) {
    link::EdgeReply reply;
    if (!reply.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
    finish(reply.token(), &reply);
}

// It is told once: other answers to the same question are nobody's.
void ControlLink::finish(std::uint64_t token, const Result<const link::EdgeReply*>& reply) {
    const auto found = asked_.find(token);
    if (found == asked_.end()) return;
    const auto done = std::move(found->second.done);
    asked_.erase(found);
    (*done)(reply);
}

void ControlLink::tick() {
    const auto now = loop_.now_ms();
    std::vector<std::uint64_t> late;
    for (auto& [token, asked] : asked_) {
        if (now - asked.asked_ms >= patience_ms) late.push_back(token);
        else if (now >= asked.again_ms) {
            asked.wait_ms = std::min(2 * asked.wait_ms, longest_wait_ms);
            asked.again_ms = now + asked.wait_ms;
            send(asked.request);
        }
    }
    for (const auto token : late) finish(token, Error{"control doesn't answer"});
    look_for_room();
}

// Not at once: there shall be some for many.
void ControlLink::look_for_room() {
    if (!was_full_ || asked_.size() > most / 2) return;
    was_full_ = false;
    room_();
}

} // namespace rtpengine::edge
