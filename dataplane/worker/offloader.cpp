// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/offloader.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "dataplane/worker/lending.h"

namespace rtpengine::dataplane {

namespace {

using state::Path;

constexpr std::uint64_t warn_every_us = 60'000'000;
constexpr unsigned longest_return_ms = 100; // a grace period of the kernel's takes some

void set_path(state::StreamRecord& record, Path path) {
    record.path.set(static_cast<std::uint64_t>(path));
}

// Packets that the module has seen for the stream, whatever it did with them; and those that came to us.
Standing::Seen seen(const offload::State& state, const state::StreamRecord& record) {
    const auto handled = state.in.packets + state.in.errors;
    return {handled + state.to_userspace, handled, record.in.packets.get() + record.in.errors.get()};
}

// `record`: of the exit stream; nullptr: it is closed.
Path missing(const state::StreamRecord* record, Endpoint& to) {
    if (!record) return Path::no_destination;
    if (record->flags.get() & state::waiting) return Path::nat_wait;
    to = state::load_remote(*record);
    if (to.address.is_unspecified()) return Path::held;
    return to.known() ? Path::kernel : Path::no_destination;
}

} // namespace

Offloader::Offloader(Records& records, Streams& streams, std::unique_ptr<offload::Offload> offload,
                     std::vector<Address> addresses)
    : records_(records),
      streams_(streams),
      kernel_(records, streams, std::move(offload), std::move(addresses)),
      standings_(records.slots()) {
    streams_.listen(this);
}

// The record tells what rule a predecessor left. Whether it is so is seen when it is read.
Standing& Offloader::standing(std::uint32_t slot) {
    auto& place = standings_[slot];
    if (place) return *place;
    place = std::make_unique<Standing>();
    if (const auto key = kernel_.left_behind(slot)) {
        place->found(*key);
        kernel_.found(*key);
    }
    kernel_.look_after(slot);
    return *place;
}

// ---- what a stream would be in the kernel ----

offload::Exit Offloader::exit_of(const Exit& exit) const {
    offload::Exit out{exit.route.stream, exit.route.from, exit.takes, exit.route.tos, {}, Path::kernel, exit.silent, {}};
    if (const auto side = side_of(exit.send)) out.send = *side;
    out.missing = missing(exit.living(), out.to);
    return out;
}

Standing::Wanted Offloader::wanted(std::uint32_t slot) {
    const auto& stream = streams_[slot];
    auto& record = *stream.record;
    exits_.clear();
    for (const auto& exit : stream.exits)
        exits_.push_back(exit_of(exit));
    const offload::Situation situation{{record.id.get(), stream.echo.from},
                                       stream.rule,
                                       stream.learned,
                                       stream.loop_guard != nullptr,
                                       stream.protects(),
                                       stream.edits(),
                                       exits_,
                                       exit_of({stream.echo, flow::Component::any, nullptr, nullptr, &record}),
                                       secures(stream),
                                       side_of(stream.receive).value_or(offload::Side{})};
    auto found = offload::eligible(situation);
    const auto* rule = std::get_if<offload::Rule>(&found);
    const bool begins = rule && rule->is_secured() && stream.kernel == Stream::Kernel::no;
    return begins && !kernel_.can_start(slot, *rule) ? Path::settling : found;
}

// The kernel could do all that we do.
bool Offloader::secures(const Stream& stream) const {
    if (!kernel_.secures()) return false;
    return side_of(stream.receive) && std::ranges::all_of(stream.exits, [](const Exit& exit) { return !exit.same_keys && side_of(exit.send); });
}

// as_signalled: nothing is left to be learned of the source. Where it leads may change yet, and the rule with it.
Standing::Circumstances Offloader::circumstances(std::uint32_t slot, const Standing::Wanted& wanted) const {
    const auto& stream = streams_[slot];
    const auto* rule = std::get_if<offload::Rule>(&wanted);
    const auto& standing = *standings_[slot];
    return {.as_signalled = stream.rule.signalled.known() && stream.learned.source == stream.rule.signalled,
            .departing = kernel_.departing(stream.record->id.get()),
            .budget = budget_ > 0,
            .left_same = rule && standing.was_found() && kernel_.left_same(slot, *rule)};
}

// ---- when ----

void Offloader::changed(std::uint32_t slot, std::uint64_t now_us) {
    if (!active()) return kernel_.look_after(slot);
    if (const auto* record = streams_[slot].record) kernel_.sinks_changed(record->id.get());
    look_at(slot, now_us);
    learned(std::span(&slot, 1), now_us);
}

// Of whom they receive from, those of this worker: mostly the streams that they send to. The others follow
// with the next tick.
void Offloader::learned(std::span<const std::uint32_t> slots, std::uint64_t now_us) {
    for (const auto slot : slots) {
        if (!active()) return;
        if (!streams_[slot].record) continue;
        look_soon(slot, now_us);
        for (const auto& exit : streams_[slot].exits)
            if (exit.route.worker == records_.own()) look_soon(exit.route.slot, now_us);
    }
}

// Their packets come here although the kernel should have them: they wait until it has given the streams back.
void Offloader::recall(std::span<const std::uint32_t> slots, std::uint64_t now_us) {
    for (const auto slot : slots) {
        if (!living(slot)) continue;
        withdraw(slot);
        put_off(slot, Path::passed_up, now_us);
    }
}

void Offloader::await_returns() {
    const auto returns = [this](std::uint32_t slot) { return streams_[slot].kernel == Stream::Kernel::returns; };
    for (auto left_ms = longest_return_ms; active() && std::ranges::any_of(streams_.open(), returns); --left_ms) {
        kernel_.collect(streams_.slots());
        if (!left_ms) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

// A rule that may be wrong doesn't wait for the tick.
void Offloader::look_soon(std::uint32_t slot, std::uint64_t now_us) {
    if (living(slot)) return look_at(slot, now_us);
    if (!active() || !streams_[slot].record || std::exchange(standing(slot).looked_at_soon, true)) return;
    soon_.push_back(slot);
}

// True: there are more.
bool Offloader::look_at_waiting(std::uint64_t now_us) {
    for (unsigned n = 0; n < piece; ++n) {
        if (!budget_ || !looks_ || soon_.empty()) return false;
        --looks_;
        const auto slot = soon_.front();
        soon_.pop_front();
        if (standings_[slot]) standings_[slot]->looked_at_soon = false;
        look_at(slot, now_us);
    }
    return true;
}

void Offloader::begin_tick() {
    ++ticks_;
    budget_ = kernel_.changes_in_a_row();
    looks_ = looks_at_once;
    place_ = 0;
}

bool Offloader::go_on(std::uint64_t now_us) {
    if (!active() || !synchronized_) return true;
    if (kernel_.tidy(now_us, piece) || look_at_waiting(now_us) || visit(now_us)) return false;
    if (active() && ticks_ % ticks_per_look == 0) kernel_.audit();
    return true;
}

// True: there are more. Who moves in the list meanwhile may be left out until the next turn.
bool Offloader::visit(std::uint64_t now_us) {
    const auto& open = streams_.open();
    unsigned looked = 0;
    for (unsigned seen = 0; place_ < open.size() && looked < piece && seen < 64 * piece; ++seen)
        looked += visit(open[place_++], now_us);
    return active() && place_ < open.size();
}

// Streams whose destinations other workers learn are looked at more often.
bool Offloader::visit(std::uint32_t slot, std::uint64_t now_us) {
    if (slot % ticks_per_look != ticks_ % ticks_per_look) return false;
    if (slot % ticks_per_turn == ticks_ % ticks_per_turn) return turn(slot, now_us), true;
    if (!living(slot) || !leads_elsewhere(slot)) return false;
    return look_at(slot, now_us), true;
}

bool Offloader::leads_elsewhere(std::uint32_t slot) {
    const auto& exits = streams_[slot].exits;
    return std::any_of(exits.begin(), exits.end(), [this](const Exit& exit) { return exit.route.worker != records_.own(); });
}

// ---- looking, and doing what it says ----

void Offloader::look_at(std::uint32_t slot, std::uint64_t now_us) {
    if (!active() || !streams_[slot].record) return;
    auto& known = standing(slot); // first: what a predecessor has lent is known then
    const auto want = wanted(slot);
    auto step = known.look(want, circumstances(slot, want), now_us);
    if (step.action == Standing::Action::withdraw) {
        withdraw(slot);
        if (!active()) return;
        step = known.look(want, circumstances(slot, want), now_us);
    }
    if (step.action == Standing::Action::adopt) return adopt(slot);
    if (step.action == Standing::Action::push) return push(slot, std::get<offload::Rule>(want), now_us);
    set_path(*streams_[slot].record, step.path);
}

// One that was taken over is left alone if it is what we want.
void Offloader::adopt(std::uint32_t slot) {
    auto& known = standing(slot);
    known.pushed(std::get<offload::Rule>(wanted(slot)));
    kernel_.adopt(slot);
    set_path(*streams_[slot].record, Path::kernel);
    (void)kernel_.read(slot, known.key());
}

void Offloader::push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = standing(slot);
    if (!known.living()) --budget_;
    known.push_begun(now_us);
    const auto pushed = kernel_.push(slot, rule, known.living());
    if (!pushed) return refused(slot, pushed.error(), now_us);
    if (*pushed == KernelRules::Pushed::withdrawn) return withdraw(slot);
    known.pushed(rule);
    set_path(*streams_[slot].record, Path::kernel);
}

void Offloader::refused(std::uint32_t slot, const Error& error, std::uint64_t now_us) {
    if (!active()) return;
    withdraw(slot); // what it was to replace is wrong
    if (!active()) return;
    auto& known = standing(slot);
    known.refused(error.code, now_us);
    const bool put_off = known.state(now_us) == Standing::State::put_off;
    set_path(*streams_[slot].record, put_off ? Path::refused : Path::settling);
    if (!put_off || now_us < warn_after_us_) return;
    warn_after_us_ = now_us + warn_every_us;
    log::warning("{}; the stream stays in userspace", error.message);
}

void Offloader::withdraw(std::uint32_t slot) {
    if (!living(slot)) return;
    kernel_.withdraw(slot, standings_[slot]->key());
    if (!active()) return;
    standings_[slot]->left();
    set_path(*records_.record(slot), Path::settling);
}

void Offloader::before_close(std::uint32_t slot) {
    withdraw(slot);
    standings_[slot].reset();
}

// ---- once a second ----

void Offloader::turn(std::uint32_t slot, std::uint64_t now_us) {
    if (living(slot)) check(slot, now_us);
    look_at(slot, now_us);
}

void Offloader::check(std::uint32_t slot, std::uint64_t now_us) {
    auto& known = *standings_[slot];
    const auto state = kernel_.read(slot, known.key());
    if (!state) return state.error().code == ENOENT ? vanished(slot, now_us) : void();
    switch (known.measure(seen(*state, *streams_[slot].record))) {
    case Standing::Finding::fine: return;
    case Standing::Finding::bypassed: return take_back(slot, Path::bypassed, now_us);
    case Standing::Finding::passed_up: return take_back(slot, Path::passed_up, now_us);
    }
}

// With a later turn, if the kernel has had enough.
void Offloader::take_back(std::uint32_t slot, Path why, std::uint64_t now_us) {
    if (!budget_) return;
    --budget_;
    withdraw(slot);
    put_off(slot, why, now_us);
}

// One that a predecessor left may have gone with it.
void Offloader::vanished(std::uint32_t slot, std::uint64_t now_us) {
    auto& known = *standings_[slot];
    const bool was_found = known.was_found();
    kernel_.vanished(slot, known.key());
    known.left();
    set_path(*records_.record(slot), Path::settling);
    if (!was_found) put_off(slot, Path::bypassed, now_us);
}

// It stays in userspace for a while, longer each time.
void Offloader::put_off(std::uint32_t slot, Path why, std::uint64_t now_us) {
    if (!active()) return;
    standing(slot).put_off(why, now_us);
    set_path(*streams_[slot].record, why);
    if (why != Path::bypassed || now_us < warn_after_us_) return;
    warn_after_us_ = now_us + warn_every_us;
    log::warning("{}: packets of streams that it has been given still arrive in userspace, where they are forwarded "
                 "now. {}",
                 kernel_.name(), kernel_.if_bypassed());
}

// A rule that is gone is the next turn's to notice.
void Offloader::refresh(const StreamKey& key) {
    if (key.slot >= standings_.size() || !living(key.slot)) return;
    const auto* record = streams_[key.slot].record;
    if (record && record->id.get() == key.id) (void)kernel_.read(key.slot, standings_[key.slot]->key());
}

} // namespace rtpengine::dataplane
