// SPDX-License-Identifier: Apache-2.0
// What we ask: checks and what comes of them (RFC 8445 sections 6.1.4, 7.2 and 8.1), and consent (RFC 7675).
#include <algorithm>

#include "dataplane/ice/agent.h"
#include "dataplane/ice/writer.h"

namespace rtpengine::ice {

namespace {

bool answers(const Attempt& attempt, const Message& message) { return attempt.under_way && attempt.transaction == message.transaction; }

} // namespace

// ---- one check -----------------------------------------------------------------------------------------------

// Who hasn't answered yet may be anybody: whose address an SDP names, or a recorded check comes from.
void Agent::send_check(Pair& pair, const Attempt& attempt, std::uint64_t now_ms) {
    if (pair.state != State::succeeded && !checks_.take(now_ms)) return host_.withheld(pair.port);
    Writer writer(Class::request, attempt.transaction);
    writer.username(terms_.theirs.ufrag + ":" + terms_.ours.ufrag).priority(reflexive(pair.local_priority));
    if (attempt.controlling) writer.controlling(tie_breaker_);
    else writer.controlled(tie_breaker_);
    if (attempt.nominates) writer.use_candidate();
    host_.send(pair.port, pair.remote.endpoint, writer.seal(terms_.theirs.pwd).finish());
}

void Agent::begin(Pair& pair, bool nominates, std::uint64_t now_ms) {
    auto& check = pair.check = {};
    host_.random(check.transaction);
    check.under_way = true;
    check.nominates = nominates;
    check.controlling = controlling_;
    if (!nominates) pair.state = State::in_progress;
    pair.triggered = false;
    check.left(now_ms);
    send_check(pair, check, now_ms);
}

// Its time has come: once more, or never again.
void Agent::go_on(Pair& pair, std::uint64_t now_ms) {
    auto& check = pair.check;
    if (!check.under_way || now_ms < check.due_ms) return;
    if (check.over()) {
        check.under_way = false;
        pair.state = State::failed;
        return;
    }
    check.left(now_ms);
    send_check(pair, check, now_ms);
}

// ---- answers -------------------------------------------------------------------------------------------------

void Agent::response(std::uint32_t port, const Endpoint& source, const Message& message, std::uint64_t now_ms) {
    auto* pair = find(port, source); // section 7.2.5.2.1: from where the check went to
    if (!pair || !terms_.theirs.known()) return;
    const bool of_check = answers(pair->check, message), of_consent = answers(pair->consent, message);
    if ((!of_check && !of_consent) || !message.authentic(terms_.theirs.pwd)) return;
    if (message.cls == Class::error) return of_check ? failed(*pair, message, now_ms) : void();
    if (of_check) return succeeded(*pair, now_ms);
    pair->consent.under_way = false;
    if (selected_ && current_ && pair->is(selected_->port, selected_->remote)) consent_until_ms_ = now_ms + consent_ms;
}

// Section 7.2.5.1: after a conflict of roles in the other one. A lite agent has one role, and wanted to know no more than who is there.
void Agent::failed(Pair& pair, const Message& message, std::uint64_t now_ms) {
    if (message.error == 487 && terms_.lite) return succeeded(pair, now_ms);
    pair.check.under_way = false;
    pair.state = State::failed;
    if (message.error != 487) return;
    if (pair.check.controlling == controlling_) controlling_ = !controlling_;
    pair.state = State::waiting;
    pair.triggered = true;
}

void Agent::succeeded(Pair& pair, std::uint64_t now_ms) {
    const bool nominates = pair.check.nominates && controlling_;
    pair.check.under_way = false;
    pair.state = State::succeeded;
    if (!first_valid_ms_) first_valid_ms_ = now_ms;
    if (nominates || (pair.nominated && !controlling_)) select(pair, now_ms);
}

// ---- their order ---------------------------------------------------------------------------------------------

// What the peer has asked for first, then the best one that waits; nullptr: none.
Pair* Agent::next_to_check() {
    Pair* best = nullptr;
    for (auto& pair : pairs_) {
        if (pair.state != State::waiting || (!asks() && !pair.triggered)) continue;
        const auto before = [&](const Pair& other) {
            if (pair.triggered != other.triggered) return pair.triggered;
            return pair.priority(controlling_) > other.priority(controlling_);
        };
        if (!best || before(*best)) best = &pair;
    }
    return best;
}

// When all have failed.
void Agent::try_again() {
    const auto is = [](State state) { return [state](const Pair& pair) { return pair.state == state; }; };
    if (done() || pairs_.empty() || rounds_ >= most_rounds || !std::ranges::all_of(pairs_, is(State::failed))) return;
    ++rounds_;
    for (unsigned i = 0; i < of_a_round; ++i) {
        Pair* best = nullptr;
        for (auto& pair : pairs_)
            if (pair.state == State::failed && (!best || pair.priority(controlling_) > best->priority(controlling_))) best = &pair;
        if (!best) return;
        best->state = State::waiting;
        best->heard_ms = 0; // what came from there before has proved nothing
    }
}

void Agent::check_next(std::uint64_t now_ms) {
    if (now_ms < next_check_ms_) return;
    auto* pair = next_to_check();
    if (!pair) return;
    begin(*pair, false, now_ms);
    next_check_ms_ = now_ms + pace_ms;
}

const Pair* Agent::best_valid() const {
    const Pair* best = nullptr;
    for (const auto& pair : pairs_)
        if (pair.state == State::succeeded && (!best || pair.priority(true) > best->priority(true))) best = &pair;
    return best;
}

// Once nothing better can come, or soon.
bool Agent::may_nominate(const Pair& pair, std::uint64_t now_ms) const {
    const auto open = [&](const Pair& other) {
        return (other.state == State::waiting || other.state == State::in_progress) && other.priority(true) > pair.priority(true);
    };
    return now_ms >= first_valid_ms_ + patience_ms || std::ranges::none_of(pairs_, open);
}

// Section 8.1.1: one pair, after it is known to be valid.
void Agent::nominate(std::uint64_t now_ms) {
    const auto under_way = [](const Pair& pair) { return pair.check.under_way && pair.check.nominates; };
    if (!controlling_ || done() || std::ranges::any_of(pairs_, under_way)) return;
    const auto* best = best_valid();
    if (best && may_nominate(*best, now_ms)) begin(*find(best->port, best->remote.endpoint), true, now_ms);
}

// ---- time ----------------------------------------------------------------------------------------------------

// RFC 7675 section 5.1: every 4 to 6 seconds, each a transaction of its own. It says again what we have nominated, should the peer have
// settled on another pair.
void Agent::ask_consent(std::uint64_t now_ms) {
    if (!selected_) return;
    if (now_ms >= consent_until_ms_) return lose();
    auto* pair = current_ ? find(selected_->port, selected_->remote) : nullptr;
    if (!pair || now_ms < next_consent_ms_) return;
    auto& consent = pair->consent = {};
    host_.random(consent.transaction);
    consent.under_way = true;
    consent.controlling = consent.nominates = controlling_;
    send_check(*pair, consent, now_ms);
    const std::uint64_t jitter = (consent.transaction[0] * 0x100u + consent.transaction[1]) % (consent_pace_ms * 2 / 5);
    next_consent_ms_ = now_ms + consent_pace_ms * 4 / 5 + jitter;
}

void Agent::turn(std::uint64_t now_ms) {
    if (!terms_.theirs.known()) return;
    for (auto& pair : pairs_) go_on(pair, now_ms);
    if (!terms_.lite) {
        try_again();
        ask_consent(now_ms);
        nominate(now_ms);
    }
    check_next(now_ms);
}

std::uint64_t Agent::due_ms() const {
    if (!terms_.theirs.known()) return never;
    auto due = never;
    const auto at = [&](std::uint64_t when) { due = std::min(due, when); };
    bool valid = false, nominating = false;
    for (const auto& pair : pairs_) {
        nominating = nominating || (pair.check.under_way && pair.check.nominates);
        if (pair.check.under_way) at(pair.check.due_ms);
        if (pair.state == State::waiting && (pair.triggered || asks())) at(next_check_ms_);
        valid = valid || pair.state == State::succeeded;
    }
    if (valid && !nominating && controlling_ && !done()) at(first_valid_ms_ + patience_ms);
    if (selected_ && !terms_.lite) at(std::min(consent_until_ms_, current_ ? next_consent_ms_ : never));
    return due;
}

} // namespace rtpengine::ice
