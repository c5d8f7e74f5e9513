// SPDX-License-Identifier: Apache-2.0
#include "ctl/selftest/call.h"

#include <cerrno>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/ng/coerce.h"
#include "control/sdp/model.h"

namespace rtpengine::ctl {

namespace {

std::string random_id() {
    std::random_device random;
    return fmt::format("selftest-{:08x}{:08x}", random(), random());
}

// The first media port of the body the daemon wrote.
Result<Endpoint> media_endpoint(std::string_view body) {
    const auto session = sdp::parse(body);
    if (!session || session->sections.empty()) return Error{"the daemon's SDP is unreadable"};
    const auto endpoint = session->sections.front().rtp_endpoint();
    if (!endpoint.known() || endpoint.address.is_unspecified())
        return Error{"the daemon's SDP names no media port"};
    return endpoint;
}

// Addresses to offer from, until the daemon has shown its own: towards its NG port, then loopback of both
// families (its interface may have only the other one).
std::vector<Address> first_guesses(const Address& local) {
    std::vector<Address> guesses{local};
    for (const char* loopback : {"127.0.0.1", "::1"})
        if (const auto address = *Address::parse(loopback); address != local) guesses.push_back(address);
    return guesses;
}

} // namespace

TestCall::TestCall(NgClient& client, std::string id, Leg caller, Leg callee)
    : client_(&client), id_(std::move(id)), caller_(std::move(caller)), callee_(std::move(callee)) {}

TestCall::TestCall(TestCall&& other) noexcept
    : client_(std::exchange(other.client_, nullptr)),
      id_(std::move(other.id_)),
      caller_(std::move(other.caller_)),
      callee_(std::move(other.callee_)),
      caller_target_(other.caller_target_),
      callee_target_(other.callee_target_) {}

TestCall::~TestCall() {
    if (!client_) return;
    auto body = request("delete");
    body.add("delete delay", 0);
    (void)client_->request(body);
}

ng::Dict TestCall::request(const char* command) const {
    ng::Dict body;
    body.add("command", command);
    body.add("call-id", id_);
    body.add("from-tag", "caller");
    return body;
}

Result<Endpoint> TestCall::exchange(const char* command, const Leg& from, const Reach& reach) {
    auto body = request(command);
    if (command == std::string_view("answer")) body.add("to-tag", "callee");
    body.add("sdp", from.sdp());
    const auto reply = client_->request(body);
    if (!reply) return Error{std::string(command) + ": " + reply.error().message, reply.error().code};
    auto endpoint = media_endpoint(ng::text_of(*reply, "sdp"));
    if (endpoint) endpoint->address = reach(endpoint->address);
    return endpoint;
}

Result<TestCall> TestCall::offer(NgClient& client, const Address& local, const Reach& reach) {
    auto caller = Leg::open(local, caller_ssrc), callee = Leg::open(local, callee_ssrc);
    if (!caller) return caller.error();
    if (!callee) return callee.error();
    TestCall call(client, random_id(), std::move(*caller), std::move(*callee));
    const auto target = call.exchange("offer", call.caller_, reach);
    if (!target) return target.error();
    call.callee_target_ = *target;
    call.callee_.set_target(*target);
    return call;
}

Status TestCall::answer(const Reach& reach) {
    const auto target = exchange("answer", callee_, reach);
    if (!target) return target.error();
    caller_target_ = *target;
    caller_.set_target(*target);
    return {};
}

// Offers once to learn the daemon's media address, and again when this host has another address towards that.
Result<TestCall> TestCall::set_up(NgClient& client, const Reach& reach) {
    auto probe = first_offer(client, reach);
    if (!probe) return probe;
    const auto media = probe->callee_target_.address;
    const auto local = local_address_towards(media);
    if (!local.known()) return Error{"no route to the daemon's media address " + media.str()};
    if (local == probe->caller_.local().address) return finish(std::move(probe), reach);
    return finish(offer(client, local, reach), reach);
}

Result<TestCall> TestCall::first_offer(NgClient& client, const Reach& reach) {
    Error first_error{};
    for (const auto& guess : first_guesses(client.local())) {
        auto call = offer(client, guess, reach);
        if (call) return call;
        if (first_error.message.empty()) first_error = call.error();
        if (call.error().code == ETIMEDOUT) break;
    }
    return first_error;
}

Result<TestCall> TestCall::finish(Result<TestCall> call, const Reach& reach) {
    if (!call) return call;
    if (const auto answered = call->answer(reach); !answered) return answered.error();
    return call;
}

} // namespace rtpengine::ctl
