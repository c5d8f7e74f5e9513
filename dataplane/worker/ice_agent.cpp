// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/ice_agent.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <sys/random.h>

#include "common/base/clock.h"
#include "dataplane/ice/mark.h"

namespace rtpengine::dataplane {

namespace {

std::uint64_t now_ms() { return us_of(BootClock::now()) / 1000; }

} // namespace

IceAgent::IceAgent(const World& world, ice::Allowance& checks) : world_(world), agent_(*this, checks), timer_(world.wheel, [this] { turn(); }) {}

// What a predecessor has selected is in the stream's record, and under which terms: it may have died after those had changed.
void IceAgent::set(std::uint32_t slot, const IceSpec& spec, std::uint64_t now_ms) {
    const auto& stream = world_.streams[slot];
    call_ = spec.call;
    mark_ = ice::mark_of(spec.terms);
    agent_.set(spec.terms, now_ms);
    agent_.add({slot, stream.echo.from.address.family, spec.priority}, now_ms);
    if (stream.learned.checked && stream.learned.remote.known())
        agent_.resume({slot, stream.learned.remote}, stream.record->pair_terms.get() == mark_, now_ms);
    if (const auto& selection = agent_.selected()) slot_ = selection->port;
    wait(now_ms);
}

void IceAgent::remove(std::uint32_t slot) { agent_.remove(slot); }

void IceAgent::receive(std::uint32_t slot, const Endpoint& source, ice::Bytes datagram, std::uint64_t now_ms) {
    agent_.receive(slot, source, datagram, now_ms);
    wait(now_ms);
}

std::optional<IceNews> IceAgent::news(std::uint32_t slot) const {
    const auto& selection = agent_.selected();
    if (!selection || selection->port != slot) return std::nullopt;
    return news_of(slot, selection->remote);
}

IceNews IceAgent::news_of(std::uint32_t slot, const Endpoint& remote) const {
    return {world_.streams[slot].echo.stream, remote, agent_.controlling(), call_};
}

void IceAgent::send(std::uint32_t slot, const Endpoint& to, ice::Bytes message) {
    const auto& stream = world_.streams[slot];
    if (!stream.record || off_limits(slot, to)) return;
    const auto room = world_.egress.reserve(stream.echo, to, nullptr, message.size());
    std::ranges::copy(message, room.begin());
    world_.egress.commit(message.size());
}

bool IceAgent::off_limits(std::uint32_t slot, const Endpoint& to) const {
    return world_.streams.off_limits().contains(to, world_.streams[slot].echo.from.address);
}

void IceAgent::withheld(std::uint32_t slot) {
    if (!world_.streams[slot].record) return;
    if (auto* decisions = world_.streams.decisions(slot)) decisions->withheld.add(1);
}

// Who guesses a transaction answers checks that he hasn't seen: better none at all.
void IceAgent::random(std::span<std::uint8_t> to) {
    if (getrandom(to.data(), to.size(), 0) != static_cast<ssize_t>(to.size())) std::abort();
}

void IceAgent::selected(const ice::Selection& selection) {
    const auto former = std::exchange(slot_, selection.port);
    if (former && *former != selection.port) leave(*former);
    move(selection.port, selection.remote);
}
void IceAgent::kept(const ice::Selection& selection) {
    if (auto* record = world_.streams[selection.port].record) record->pair_terms.set(mark_);
}
void IceAgent::lost(const ice::Selection& selection) { move(selection.port, {}); }

// A successor goes on with the port that was selected last. Where it sends to stays, up to the rules that send by the other one.
void IceAgent::leave(std::uint32_t slot) {
    auto& stream = world_.streams[slot];
    if (!stream.record) return;
    stream.learned.checked = stream.learned.confirmed = false;
    store_learned(*stream.record, stream.rule, stream.learned);
}

void IceAgent::move(std::uint32_t slot, const Endpoint& to) {
    auto& stream = world_.streams[slot];
    if (!stream.record) return;
    auto& learned = stream.learned;
    learned.remote = learned.source = to;
    learned.confirmed = learned.checked = to.known();
    learned.received = learned.received || to.known();
    store_learned(*stream.record, stream.rule, learned);
    stream.record->pair_terms.set(mark_); // not before: who dies in between leaves a pair of other terms
    world_.changed(slot, news_of(slot, to));
}

void IceAgent::turn() {
    const auto now = now_ms();
    agent_.turn(now);
    world_.egress.flush();
    wait(now);
}

void IceAgent::wait(std::uint64_t now_ms) {
    const auto due = agent_.due_ms();
    if (due == ice::Agent::never) return timer_.stop();
    timer_.start_ms(due > now_ms ? due - now_ms : 0);
}

} // namespace rtpengine::dataplane
