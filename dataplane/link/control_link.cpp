// SPDX-License-Identifier: Apache-2.0
#include "dataplane/link/control_link.h"

#include <utility>

#include "common/base/log.h"
#include "dataplane/link/codec.h"

namespace rtpengine::dataplane {

namespace {

std::vector<StreamSpec> to_specs(const google::protobuf::RepeatedPtrField<link::Stream>& streams) {
    std::vector<StreamSpec> specs;
    specs.reserve(static_cast<std::size_t>(streams.size()));
    for (const auto& stream : streams)
        specs.push_back(to_spec(stream));
    return specs;
}

std::vector<StreamKey> to_keys(const google::protobuf::RepeatedPtrField<link::StreamKey>& keys) {
    std::vector<StreamKey> result;
    result.reserve(static_cast<std::size_t>(keys.size()));
    for (const auto& key : keys)
        result.push_back({key.id(), key.slot()});
    return result;
}

} // namespace

Result<std::unique_ptr<ControlLink>> ControlLink::connect(link::Context& context, uv::Loop& loop,
                                                          const std::string& runtime_dir, std::string name,
                                                          std::uint64_t start, Commands& commands) {
    std::unique_ptr<ControlLink> self(new ControlLink(loop, std::move(name), start, commands));
    auto socket =
        link::Dealer::connect(context, loop, runtime_dir + "/control.sock", self->name_,
                              [raw = self.get()](std::string_view message) { raw->receive(message); });
    if (!socket) return socket.error();
    self->socket_ = *std::move(socket);
    self->say_hello(); // waits in the queue until control listens
    return self;
}

void ControlLink::say_hello() {
    link::ToControl message;
    auto& hello = *message.mutable_worker()->mutable_hello();
    hello.set_name(name_);
    hello.set_start(start_);
    socket_->send(message.SerializeAsString());
}

void ControlLink::say(const Event& event) {
    link::ToControl message;
    write(event, *message.mutable_worker()->mutable_event());
    socket_->send(message.SerializeAsString());
}

void ControlLink::receive(std::string_view bytes) {
    arena_.reset();
    auto& message = arena_.make<link::ToWorker>();
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        log::err("a message from the control process can't be parsed");
        return;
    }
    if (message.has_request()) answer(message.request());
    if (message.has_welcome()) welcome(message.welcome());
}

// A new process may not have heard our hello: it went to another one, which perhaps didn't know us. One that has given up
// its link to us asks for it.
void ControlLink::welcome(const link::Welcome& welcome) {
    std::vector<Endpoint> listeners;
    for (const auto& listener : welcome.ng_listeners()) listeners.push_back(to_endpoint(listener));
    commands_.keep_off(std::move(listeners));
    std::vector<IdentitySpec> identities;
    for (const auto& identity : welcome.identities()) identities.push_back(to_identity(identity));
    commands_.introduce(identities);
    const bool known = std::exchange(control_start_, welcome.control_start()) == welcome.control_start();
    if (!known || welcome.hello_wanted()) say_hello();
}

void ControlLink::answer(const link::Request& request) {
    std::vector<StreamOutcome> outcomes;
    if (request.has_update())
        outcomes = commands_.update(to_keys(request.update().close()), to_specs(request.update().set()));
    if (request.has_sync()) outcomes = commands_.sync(to_specs(request.sync().set()), {!request.sync().continued(), !request.sync().more()});
    if (request.has_refresh()) commands_.refresh(to_keys(request.refresh().streams()));
    auto& message = arena_.make<link::ToControl>();
    auto& reply = *message.mutable_worker()->mutable_reply();
    reply.set_id(request.id());
    for (const auto& outcome : outcomes)
        write(outcome, *reply.add_results());
    say(message, request.update().unhurried());
}

// Each reply that is sent wakes control.
void ControlLink::say(const link::ToControl& reply, bool unhurried) {
    unhurried_.push_back(reply.SerializeAsString());
    if (!unhurried || unhurried_.size() >= most_unhurried) return say_unhurried();
    if (unhurried_.size() == 1) on_unhurried_.start_ms(unhurried_ms);
}

void ControlLink::say_unhurried() {
    on_unhurried_.stop();
    for (auto& reply : std::exchange(unhurried_, {})) socket_->send(reply);
}

} // namespace rtpengine::dataplane
