// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/offloader.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/base/log.h"
#include "common/state/totals.h"
#include "dataplane/offload/encode.h"
#include "dataplane/offload/none.h"
#include "dataplane/worker/kernel_counters.h"

namespace rtpengine::dataplane {

namespace {

using state::Path;

constexpr std::uint64_t refused_wait_us = 60'000'000;
constexpr std::uint64_t occupied_wait_us = 2'000'000; // a stale rule has the port: the audit finds it
constexpr unsigned patience_turns = 3; // new sources come up until the rule follows
constexpr std::uint64_t warn_every_us = 60'000'000;

void set_path(state::StreamRecord& record, Path path) {
    record.path.set(static_cast<std::uint64_t>(path));
}

void set_rule(state::StreamRecord& record, std::uint64_t fingerprint) {
    if (auto* kernel = state::kernel_of(record)) kernel->rule.set(fingerprint);
}

// Known from before there is a rule until after it is gone, so that a successor finds it.
void set_local(state::StreamRecord& record, const Endpoint& local) {
    if (auto* kernel = state::kernel_of(record)) state::store(kernel->local, local);
}

std::uint64_t rule_of(const state::StreamRecord& record) {
    const auto* kernel = state::kernel_of(record);
    return kernel ? kernel->rule.get() : 0;
}

// Packets that the module has seen for the stream, whatever it did with them.
std::uint64_t seen(const offload::State& state) {
    return state.in.packets + state.in.errors + state.to_userspace;
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
      offload_(offload ? std::move(offload) : std::make_unique<offload::None>()),
      audit_(records, std::move(addresses)),
      ledger_(records),
      departures_(records, streams),
      active_(!offload_->name().empty()),
      entries_(records.slots()) {
    records_.header().offloaded.set(0);
    streams_.listen(this);
    if (active_) ledger_.recover(*offload_);
}

Offloader::Entry& Offloader::entry(std::uint32_t slot) {
    auto& place = entries_[slot];
    if (!place) place = std::make_unique<Entry>();
    return *place;
}

// ---- what a stream would be in the kernel ----

offload::Exit Offloader::exit_of(const Exit& exit) const {
    offload::Exit out{exit.route.stream, exit.route.from, exit.takes, exit.route.tos, {}, Path::kernel};
    out.missing = missing(exit.living(), out.to);
    return out;
}

std::variant<offload::Rule, Path> Offloader::judge(std::uint32_t slot) {
    const auto& stream = streams_[slot];
    auto& record = *stream.record;
    exits_.clear();
    for (const auto& exit : stream.exits)
        exits_.push_back(exit_of(exit));
    const offload::Situation situation{{record.id.get(), stream.echo.from},
                                       stream.rule,
                                       stream.learned,
                                       stream.loop_guard != nullptr,
                                       exits_,
                                       exit_of({stream.echo, flow::Component::any, nullptr, &record})};
    return offload::eligible(situation);
}

// ---- into the kernel and back ----

void Offloader::changed(std::uint32_t slot, std::uint64_t now_us) {
    if (!active_) return;
    if (const auto* record = streams_[slot].record) departures_.changed(record->id.get());
    look_at(slot, now_us);
    learned(std::span(&slot, 1), now_us);
}

// Of whom they receive from, those of this worker: mostly the streams that they send to. The others follow
// with the next tick.
void Offloader::learned(std::span<const std::uint32_t> slots, std::uint64_t now_us) {
    if (!active_) return;
    for (const auto slot : slots) {
        if (!streams_[slot].record) continue;
        look_soon(slot, now_us);
        for (const auto& exit : streams_[slot].exits)
            if (exit.route.worker == records_.own()) look_soon(exit.route.slot, now_us);
    }
}

// A rule that may be wrong doesn't wait for the tick.
void Offloader::look_soon(std::uint32_t slot, std::uint64_t now_us) {
    if (living(slot)) return look_at(slot, now_us);
    if (!active_ || !streams_[slot].record || std::exchange(entry(slot).looked_at_soon, true)) return;
    soon_.push_back(slot);
}

void Offloader::look_at_waiting(std::uint64_t now_us) {
    for (unsigned n = 0; n < looks_at_once && budget_ && !soon_.empty(); ++n) {
        const auto slot = soon_.front();
        soon_.pop_front();
        if (entries_[slot]) entries_[slot]->looked_at_soon = false;
        look_at(slot, now_us);
    }
}

void Offloader::look_at(std::uint32_t slot, std::uint64_t now_us) {
    if (!active_ || !streams_[slot].record) return;
    const auto found = judge(slot);
    auto& known = entry(slot);
    if (const auto* rule = std::get_if<offload::Rule>(&found))
        return known.living ? look_at_living(slot, *rule, now_us) : wait_or_push(slot, *rule, now_us);
    withdraw(slot);
    if (active_) set_path(*streams_[slot].record, std::get<Path>(found));
}

// One that was taken over is left alone if it is what we want. A rule that changes again and again, as by a peer that sends
// from two places under media-handover, costs more than it saves.
void Offloader::look_at_living(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    if (known.taken_over && known.rule.key == rule.key && rule_of(*streams_[slot].record) == offload::fingerprint(rule)) {
        pushed(slot, rule);
        if (const auto read = read_rule(slot); !read) failed(read.error());
        return;
    }
    if (known.rule == rule) return;
    const bool goes_on = known.rule.key == rule.key && (known.taken_over || known.rule.component == rule.component);
    if (goes_on && known.may_change(now_us)) return push(slot, rule, now_us);
    withdraw(slot);
    if (active_) wait_or_push(slot, rule, now_us);
}

void Offloader::wait_or_push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    if (known.rule != rule) {
        known.rule = rule;
        known.since_us = now_us;
        if (known.why == Path::refused) known.not_before_us = 0;
    }
    auto& record = *streams_[slot].record;
    if (now_us < known.not_before_us) return set_path(record, known.why);
    if (departures_.contains(rule.key.id)) return set_path(record, Path::settling);
    if (now_us - known.since_us < settle_us && !comes_as_signalled(slot)) return set_path(record, Path::settling);
    if (!known.may_change(now_us)) return set_path(record, Path::restless);
    if (!budget_) return; // at the next turn
    --budget_;
    push(slot, rule, now_us);
}

// Nothing is left to be learned of the source. Where it leads may change yet, and the rule with it.
bool Offloader::comes_as_signalled(std::uint32_t slot) const {
    const auto& stream = streams_[slot];
    return stream.rule.signalled.known() && stream.learned.source == stream.rule.signalled;
}

void Offloader::push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    auto& stream = streams_[slot];
    if (!make_kernel_part(records_.writer(), *stream.record))
        return refused(slot, Error{"no memory for records", ENOMEM}, now_us);
    bool goes_on = known.living; // from where it is
    if (known.living) {
        const auto now = read_rule(slot);
        if (now && now->withdrawn) return withdraw(slot); // by a predecessor, which didn't come to collect it
        goes_on = now || now.error().code != ENOENT;
    }
    ledger_.begin(slot, !goes_on);
    set_rule(*stream.record, 0);
    set_local(*stream.record, rule.key.local);
    known.paid_until_us = std::max(known.paid_until_us, now_us) + change_us;
    const auto former = offload_->push(rule, stream.rtp.sources(*stream.record));
    if (!former) {
        ledger_.abandon();
        if (!known.living) set_local(*stream.record, {});
        return refused(slot, former.error(), now_us);
    }
    account(slot, *former);
    set_rule(*stream.record, offload::fingerprint(rule));
    pushed(slot, rule);
}

void Offloader::pushed(std::uint32_t slot, const offload::Rule& rule) {
    auto& known = entry(slot);
    known.rule = rule;
    known.living = true;
    known.taken_over = known.measured = false;
    living_[rule.key.id] = slot;
    records_.header().offloaded.set(living_.size());
    auto& stream = streams_[slot];
    stream.rtp.enter_kernel(*stream.record);
    set_path(*stream.record, Path::kernel);
}

void Offloader::refused(std::uint32_t slot, const Error& error, std::uint64_t now_us) {
    if (failed(error)) return;
    withdraw(slot); // what it was to replace is wrong
    if (!active_) return;
    auto& known = entry(slot);
    if (error.code == ESTALE) return set_path(*streams_[slot].record, Path::settling); // until it has been collected
    known.why = Path::refused;
    known.not_before_us = now_us + (error.code == EEXIST ? occupied_wait_us : refused_wait_us);
    set_path(*streams_[slot].record, Path::refused);
    if (now_us < warn_after_us_) return;
    warn_after_us_ = now_us + warn_every_us;
    log::warning("{}; the stream stays in userspace", error.message);
}

void Offloader::withdraw(std::uint32_t slot) {
    if (!living(slot)) return;
    const auto key = entries_[slot]->rule.key;
    ledger_.begin(slot, false);
    set_rule(*records_.record(slot), 0);
    const auto former = offload_->withdraw(key);
    if (!former) {
        ledger_.abandon();
        if (!failed(former.error())) left(slot);
        return;
    }
    account(slot, *former);
    if (*former && !(*former)->final) departures_.add(slot, (*former)->state);
    left(slot);
}

// What a rule has counted that was replaced or withdrawn.
void Offloader::account(std::uint32_t slot, const std::optional<offload::Former>& former) {
    auto& stream = streams_[slot];
    if (!former) return ledger_.finish(stream.rtp, std::nullopt);
    if (former->final) return ledger_.finish(stream.rtp, former->state);
    book(*records_.record(slot), stream.rtp, former->state, records_);
    ledger_.abandon();
}

void Offloader::before_close(std::uint32_t slot) {
    withdraw(slot);
    entries_[slot].reset();
}

// The kernel doesn't have the rule any more.
void Offloader::left(std::uint32_t slot) {
    auto& known = *entries_[slot];
    living_.erase(known.rule.key.id);
    records_.header().offloaded.set(living_.size());
    set_rule(*records_.record(slot), 0);
    if (!departures_.contains(known.rule.key.id)) set_local(*records_.record(slot), {});
    streams_[slot].rtp.leave_kernel();
    Entry next;
    next.wait_us = known.wait_us;
    next.paid_until_us = known.paid_until_us;
    next.looked_at_soon = known.looked_at_soon;
    known = next;
    set_path(*records_.record(slot), Path::settling);
}

// ---- once a second ----

// Streams whose destinations other workers learn are looked at more often.
void Offloader::tick(std::uint64_t now_us) {
    if (!active_ || !synchronized_) return;
    budget_ = offload_->changes_in_a_row();
    offload_->tidy(now_us);
    if (const auto collected = departures_.collect(*offload_, ledger_); !collected && failed(collected.error())) return;
    look_at_waiting(now_us);
    ++ticks_;
    for (const auto slot : streams_.open()) {
        if (slot % ticks_per_look != ticks_ % ticks_per_look) continue;
        if (slot % ticks_per_turn == ticks_ % ticks_per_turn) turn(slot, now_us);
        else if (living(slot) && leads_elsewhere(slot)) look_at(slot, now_us);
        if (!active_) return;
    }
    if (ticks_ % ticks_per_look == 0) audit();
}

bool Offloader::leads_elsewhere(std::uint32_t slot) {
    const auto& exits = streams_[slot].exits;
    return std::any_of(exits.begin(), exits.end(), [this](const Exit& exit) { return exit.route.worker != records_.own(); });
}

void Offloader::turn(std::uint32_t slot, std::uint64_t now_us) {
    if (living(slot)) check(slot, now_us);
    look_at(slot, now_us);
}

// A rule that is gone is the next turn's to notice.
void Offloader::refresh(const StreamKey& key) {
    if (!active_ || key.slot >= entries_.size() || !living(key.slot)) return;
    const auto* record = streams_[key.slot].record;
    if (!record || record->id.get() != key.id) return;
    if (const auto read = read_rule(key.slot); !read) failed(read.error());
}

Result<offload::State> Offloader::read_rule(std::uint32_t slot) {
    auto& stream = streams_[slot];
    auto state = offload_->get(entries_[slot]->rule.key);
    if (state) book(*stream.record, stream.rtp, *state, records_);
    return state;
}

// Packets come, but not to the rule: it is not reached, or the module is not.
void Offloader::check(std::uint32_t slot, std::uint64_t now_us) {
    const auto state = read_rule(slot);
    if (!state) return state.error().code == ENOENT ? vanished(slot, now_us) : void(failed(state.error()));
    auto& known = *entries_[slot];
    const auto& in = streams_[slot].record->in;
    const Seen now{seen(*state), state->in.packets + state->in.errors, in.packets.get() + in.errors.get()};
    const bool to_us = known.measured && now.user != known.seen.user;
    if (to_us && now.kernel == known.seen.kernel) {
        if (budget_) --budget_, withdraw(slot), bypassed(slot, now_us);
        return;
    }
    const bool handled = now.handled != known.seen.handled;
    known.turns_passed_up = to_us && !handled ? known.turns_passed_up + 1 : 0;
    if (known.turns_passed_up >= patience_turns) {
        if (budget_) --budget_, withdraw(slot), passed_up(slot, now_us);
        return;
    }
    if (known.measured && handled) known.wait_us = first_wait_us;
    known.measured = true;
    known.seen = now;
}

// One that a predecessor left may have gone with it.
void Offloader::vanished(std::uint32_t slot, std::uint64_t now_us) {
    const bool taken_over = entries_[slot]->taken_over;
    left(slot);
    if (!taken_over) bypassed(slot, now_us);
}

// It stays in userspace for a while, longer each time.
void Offloader::put_off(std::uint32_t slot, Path why, std::uint64_t now_us) {
    auto& known = entry(slot);
    known.why = why;
    known.not_before_us = now_us + known.wait_us;
    known.wait_us = std::min(2 * known.wait_us, longest_wait_us);
    set_path(*streams_[slot].record, why);
}

void Offloader::bypassed(std::uint32_t slot, std::uint64_t now_us) {
    if (!active_) return;
    put_off(slot, Path::bypassed, now_us);
    if (now_us < warn_after_us_) return;
    warn_after_us_ = now_us + warn_every_us;
    log::warning("{}: packets of streams that it has been given still arrive in userspace, where they are forwarded "
                 "now. {}",
                 offload_->name(), offload_->if_bypassed());
}

// The rule sees the packets, but leaves them to us: it can't reach where they shall go.
void Offloader::passed_up(std::uint32_t slot, std::uint64_t now_us) {
    if (active_) put_off(slot, Path::passed_up, now_us);
}

void Offloader::audit() {
    const auto found = audit_.step(*offload_, [this](const offload::Key& key) {
        const auto at = living_.find(key.id);
        return at != living_.end() && entries_[at->second]->rule.key == key;
    });
    if (!found) return void(failed(found.error()));
    for (const auto& key : *found) {
        const auto gone = offload_->withdraw(key);
        if (!gone && failed(gone.error())) return;
        if (gone && *gone && !(*gone)->final) departures_.add(UINT32_MAX, (*gone)->state);
    }
}

bool Offloader::failed(const Error& error) {
    if (offload::lost(error)) {
        lose(error);
        return true;
    }
    log::record(log::Level::debug, log::Subsystem::core, {}, "{}", error.message);
    return false;
}

// Userspace has all packets anyway, as soon as the kernel leaves them to it.
void Offloader::lose(const Error& error) {
    if (!active_) return;
    active_ = false;
    log::err("{}: it takes no rules any more, everything is forwarded in userspace from now on. Restart the "
             "daemon when the kernel has it again",
             error.message);
    offload_ = std::make_unique<offload::None>();
    living_.clear();
    departures_.clear();
    records_.header().offloaded.set(0);
    for (auto& known : entries_)
        known.reset();
    soon_.clear();
    for (const auto slot : streams_.open()) {
        streams_[slot].rtp.leave_kernel();
        set_rule(*streams_[slot].record, 0);
        set_local(*streams_[slot].record, {});
        set_path(*streams_[slot].record, Path::table_lost);
    }
}

// ---- after a restart ----

// The records tell what rules there are. Whether it is so is seen when they are read.
void Offloader::take_over() {
    if (!active_) return;
    synchronized_ = true;
    records_.each_living([this](std::uint32_t slot, std::uint64_t id) {
        const auto* kernel = state::kernel_of(*records_.record(slot));
        const auto local = kernel ? state::load(kernel->local) : Endpoint{};
        if (!local.known() || living(slot)) return;
        auto& known = entry(slot);
        known.rule.key = {id, local};
        known.living = known.taken_over = true;
        living_[id] = slot;
    });
    records_.header().offloaded.set(living_.size());
}

} // namespace rtpengine::dataplane
