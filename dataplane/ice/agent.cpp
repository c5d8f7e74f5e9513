// SPDX-License-Identifier: Apache-2.0
// What an agent has: terms, ports, pairs, and the one that was selected. Requests and checks are in files of their own.
#include "dataplane/ice/agent.h"

#include <algorithm>
#include <utility>

#include "common/base/host_addresses.h"

namespace rtpengine::ice {

Agent::Agent(Host& host, Allowance& checks) : host_(host), checks_(checks) {
    std::array<std::uint8_t, sizeof tie_breaker_> bytes{};
    host_.random(bytes);
    tie_breaker_ = get<std::uint64_t>(bytes.data());
}

void Agent::set(const Terms& terms, std::uint64_t now_ms) {
    if (terms == terms_) return;
    const bool other_peer = terms_.theirs.known() && terms.theirs != terms_.theirs;
    if (terms.ours != terms_.ours || other_peer || terms.lite != terms_.lite) restart(terms, now_ms);
    terms_ = terms;
    make_pairs();
}

// RFC 8445 section 9: data goes on over the former pair until there is a new one.
void Agent::restart(const Terms& terms, std::uint64_t now_ms) {
    // An offer may have failed, with credentials that nobody has seen: what the peer has stays.
    if (terms.ours != terms_.ours && std::exchange(met_, false)) former_ = terms_.ours;
    rounds_ = 0;
    controlling_ = terms.controlling && !terms.lite;
    pairs_.clear();
    first_valid_ms_ = 0;
    next_check_ms_ = now_ms;
    current_ = false;
    consent_until_ms_ = selected_ ? now_ms + consent_ms : 0;
}

void Agent::add(const Local& local, std::uint64_t now_ms) {
    if (this->local(local.port)) return;
    locals_.push_back(local);
    next_check_ms_ = std::max(next_check_ms_, now_ms);
    make_pairs();
}

void Agent::remove(std::uint32_t port) {
    std::erase_if(locals_, [=](const Local& local) { return local.port == port; });
    std::erase_if(pairs_, [=](const Pair& pair) { return pair.port == port; });
    if (selected_ && selected_->port == port) selected_.reset(), current_ = false;
}

// A lite one may have believed it: then it hasn't been asked.
void Agent::resume(const Selection& selection, bool under_these, std::uint64_t now_ms) {
    const auto* from = local(selection.port);
    if (!from || selected_ || !terms_.ours.known()) return;
    auto* pair = find(selection.port, selection.remote);
    if (!pair && under_these) pair = make_pair(*from, {selection.remote, reflexive(from->priority)});
    if (!pair && under_these) return;
    selected_ = selection;
    consent_until_ms_ = now_ms + consent_ms;
    if (!under_these) return;
    if (!terms_.lite) pair->state = State::succeeded;
    pair->nominated = true;
    pair->heard_ms = now_ms;
    current_ = true;
    next_consent_ms_ = now_ms;
}

// A lite agent has those that it hears of.
void Agent::make_pairs() {
    if (terms_.lite) return;
    for (const auto& remote : terms_.remotes)
        for (const auto& local : locals_)
            if (local.family == remote.endpoint.address.family) make_pair(local, remote);
}

Pair* Agent::make_pair(const Local& local, const Remote& remote) {
    if (auto* known = find(local.port, remote.endpoint)) return known->remote = remote, known;
    if (!is_unicast(remote.endpoint.address) || host_.off_limits(local.port, remote.endpoint)) return host_.withheld(local.port), nullptr;
    if (pairs_.size() >= most_pairs && !forget_failed()) return nullptr;
    auto& pair = pairs_.emplace_back();
    pair.port = local.port;
    pair.local_priority = local.priority;
    pair.remote = remote;
    return &pair;
}

// One that has never answered makes room for another. False: there is none.
bool Agent::forget_failed() {
    const auto useless = [this](const Pair& pair) {
        return pair.state == State::failed && !(selected_ && pair.is(selected_->port, selected_->remote));
    };
    const auto found = std::ranges::find_if(pairs_, useless);
    if (found == pairs_.end()) return false;
    pairs_.erase(found);
    return true;
}

Pair* Agent::find(std::uint32_t port, const Endpoint& remote) {
    const auto found = std::ranges::find_if(pairs_, [&](const Pair& pair) { return pair.is(port, remote); });
    return found == pairs_.end() ? nullptr : &*found;
}

const Pair* Agent::find(std::uint32_t port, const Endpoint& remote) const { return const_cast<Agent*>(this)->find(port, remote); }

const Local* Agent::local(std::uint32_t port) const {
    const auto found = std::ranges::find_if(locals_, [=](const Local& local) { return local.port == port; });
    return found == locals_.end() ? nullptr : &*found;
}

bool Agent::proved(std::uint32_t port, const Endpoint& source) const {
    if (selected_ && *selected_ == Selection{port, source}) return true;
    const auto* pair = find(port, source);
    if (!pair || pair->state == State::failed) return false;
    return pair->state == State::succeeded || (!done() && pair->heard_ms);
}

void Agent::receive(std::uint32_t port, const Endpoint& source, Bytes datagram, std::uint64_t now_ms) {
    const auto message = Message::read(datagram);
    // RFC 8445 section 7.1: every message of ICE has a fingerprint.
    if (!message || message->method != binding || !message->fingerprint || !local(port)) return;
    if (message->cls == Class::request) return request(port, source, *message, now_ms);
    if (message->cls != Class::indication) response(port, source, *message, now_ms);
}

// What is nominated later wins over a lesser pair, over one that the peer checks no more, and over one that was only believed.
bool Agent::may_follow(const Pair& pair, std::uint64_t now_ms) const {
    const auto* before = done() ? find(selected_->port, selected_->remote) : nullptr;
    const bool lives = before && before->state == State::succeeded && now_ms < before->heard_ms + quiet_ms;
    return !lives || before->priority(controlling_) <= pair.priority(controlling_);
}

void Agent::select(Pair& pair, std::uint64_t now_ms) {
    const Selection chosen{pair.port, pair.remote.endpoint};
    if (done() && (*selected_ == chosen || !may_follow(pair, now_ms))) return;
    current_ = true;
    consent_until_ms_ = now_ms + consent_ms;
    next_consent_ms_ = now_ms + consent_pace_ms;
    const bool same = selected_ == chosen;
    selected_ = chosen;
    same ? host_.kept(chosen) : host_.selected(chosen);
}

// Everything is tried again; what it was is told.
void Agent::lose() {
    const auto lost = *selected_;
    selected_.reset();
    current_ = false;
    first_valid_ms_ = 0;
    for (auto& pair : pairs_) {
        pair.state = State::waiting;
        pair.nominated = false;
        pair.heard_ms = 0;
        pair.check.under_way = pair.consent.under_way = false;
    }
    host_.lost(lost);
}

} // namespace rtpengine::ice
