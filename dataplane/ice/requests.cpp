// SPDX-License-Identifier: Apache-2.0
// What the peer asks: RFC 8445 section 7.3.
#include "dataplane/ice/agent.h"
#include "dataplane/ice/writer.h"

namespace rtpengine::ice {

namespace {

// "OURS:THEIRS", as the receiver sees it.
bool addressed_to(const Message& message, const Credentials& us) {
    if (!us.known() || !message.username) return false;
    const auto& name = *message.username;
    return name.size() > us.ufrag.size() && name.substr(0, us.ufrag.size()) == us.ufrag && name[us.ufrag.size()] == ':';
}

bool ours(const Message& message, const Credentials& us) { return addressed_to(message, us) && message.authentic(us.pwd); }

} // namespace

void Agent::request(std::uint32_t port, const Endpoint& source, const Message& message, std::uint64_t now_ms) {
    if (!message.integrity || !message.username) return refuse(port, source, message, 400, "Bad Request");
    // The peer may not have heard of a restart yet.
    if (ours(message, former_) && !addressed_to(message, terms_.ours)) {
        if (!seen_.fresh(message.transaction, port, source)) return;
        grant(port, source, message, former_.pwd);
        // It goes on as it was: ours may never come to it, when its offer has failed.
        if (!current_ && selected_ == Selection{port, source}) consent_until_ms_ = now_ms + consent_ms;
        return;
    }
    if (!ours(message, terms_.ours)) return refuse(port, source, message, 401, "Unauthorized");
    met_ = true;
    if (message.unknown_count) return refuse(port, source, message, 420, "Unknown Attribute");
    if (!seen_.fresh(message.transaction, port, source) || !agree_on_roles(port, source, message)) return;
    grant(port, source, message, terms_.ours.pwd);
    const auto* from = local(port);
    auto* pair = find(port, source);
    if (!pair && !triggers_.take(now_ms)) return host_.withheld(port);
    if (!pair) pair = make_pair(*from, {source, message.priority.value_or(reflexive(0))});
    if (pair) heard(*pair, message.use_candidate && !controlling_, now_ms);
}

// Section 7.3.1.1. False: the request is refused.
bool Agent::agree_on_roles(std::uint32_t port, const Endpoint& source, const Message& message) {
    if (terms_.lite) return true;
    const auto& theirs = controlling_ ? message.controlling : message.controlled;
    if (!theirs) return true;
    const bool we_control = tie_breaker_ >= *theirs;
    if (we_control == controlling_) return refuse(port, source, message, 487, "Role Conflict"), false;
    controlling_ = we_control;
    return true;
}

// A stranger gets no more than he has sent: an answer to whoever isn't who he says is no weapon.
void Agent::refuse(std::uint32_t port, const Endpoint& source, const Message& message, std::uint16_t code, std::string_view reason) {
    Writer writer(Class::error, message.transaction);
    writer.error(code, reason);
    if (code == 420) writer.unknown(std::span(message.unknown).first(message.unknown_count));
    const bool known = code == 420 || code == 487;
    if (known) writer.seal(terms_.ours.pwd);
    if (const auto answer = writer.finish(); known || answer.size() <= message.datagram.size()) host_.send(port, source, answer);
}

void Agent::grant(std::uint32_t port, const Endpoint& source, const Message& message, std::string_view pwd) {
    Writer writer(Class::success, message.transaction);
    host_.send(port, source, writer.mapped(source).seal(pwd).finish());
}

// A lite agent believes the first one: as long as media goes nowhere it can't be led away. So does it where media goes already.
void Agent::heard(Pair& pair, bool nominates, std::uint64_t now_ms) {
    pair.heard_ms = now_ms;
    pair.nominated = pair.nominated || nominates;
    if (pair.state != State::succeeded) trigger(pair, now_ms);
    const bool believed = terms_.lite && (!selected_ || pair.is(selected_->port, selected_->remote));
    if (nominates && (believed || pair.state == State::succeeded)) select(pair, now_ms);
}

// Section 7.3.1.4: what the peer checks is checked from here as well, at once. A lite agent does it too: that a check came from there says
// nothing of who sent it, as it may have been recorded; an answer to ours does.
void Agent::trigger(Pair& pair, std::uint64_t now_ms) {
    if (pair.state == State::waiting) return void(pair.triggered = true);
    auto& check = pair.check;
    if (pair.state == State::in_progress && check.sent <= 1) return; // it is on its way
    if (!triggers_.take(now_ms)) return host_.withheld(pair.port);
    if (pair.state == State::failed) {
        pair.state = State::waiting;
        pair.triggered = true;
        return;
    }
    check.sent = 0; // what is under way is sent at once, and from the beginning, and what comes of it still counts
    check.left(now_ms);
    check.due_ms = now_ms;
}

} // namespace rtpengine::ice
