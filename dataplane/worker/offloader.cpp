// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/offloader.h"

#include <algorithm>
#include <cerrno>

#include "common/base/log.h"
#include "common/state/totals.h"
#include "dataplane/offload/encode.h"
#include "dataplane/offload/none.h"
#include "dataplane/worker/kernel_counters.h"

namespace rtpengine::dataplane {

namespace {

using state::Path;

constexpr std::uint64_t restless_us = 900'000; // two changes within
constexpr std::uint64_t refused_wait_us = 60'000'000;
constexpr std::uint64_t occupied_wait_us = 2'000'000; // a stale rule has the port: it goes with the next turn
constexpr unsigned patience_turns = 3; // unknown payload types and new sources come up until the rule follows
constexpr std::uint64_t warn_every_us = 60'000'000;

void set_path(state::StreamRecord& record, Path path) {
    record.path.set(static_cast<std::uint64_t>(path));
}

void set_rule(state::StreamRecord& record, std::uint64_t fingerprint) {
    if (auto* kernel = state::kernel_of(record)) kernel->rule.set(fingerprint);
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

offload::Rule without_payload_types(offload::Rule rule) {
    rule.payload_types = {};
    return rule;
}

} // namespace

Offloader::Offloader(Records& records, Streams& streams, std::unique_ptr<offload::Offload> offload,
                     std::vector<Address> addresses)
    : records_(records),
      streams_(streams),
      offload_(offload ? std::move(offload) : std::make_unique<offload::None>()),
      addresses_(std::move(addresses)),
      ledger_(records),
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

bool Offloader::ours(const Address& address) const {
    return std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
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
    std::uint8_t types[128];
    std::size_t count = 0;
    state::each_type(record, [&](const auto& type) {
        if (count < std::size(types)) types[count++] = static_cast<std::uint8_t>(type.type_plus_one.get() - 1);
    });
    const offload::Situation situation{{record.id.get(), stream.echo.from},
                                       stream.rule,
                                       stream.learned,
                                       stream.loop_guard != nullptr,
                                       exits_,
                                       exit_of({stream.echo, flow::Component::any, nullptr, &record}),
                                       {types, count}};
    return offload::eligible(situation);
}

// ---- into the kernel and back ----

void Offloader::changed(std::uint32_t slot, std::uint64_t now_us) {
    if (!active_) return;
    look_at(slot, now_us);
    learned(std::span(&slot, 1), now_us);
}

// Of whom they receive from, those of this worker: mostly the streams that they send to. The others follow
// with the next tick.
void Offloader::learned(std::span<const std::uint32_t> slots, std::uint64_t now_us) {
    if (!active_) return;
    for (const auto slot : slots) {
        if (!streams_[slot].record) continue;
        if (living(slot)) look_at(slot, now_us);
        for (const auto& exit : streams_[slot].exits)
            if (exit.route.worker == records_.own() && living(exit.route.slot))
                look_at(exit.route.slot, now_us);
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

// One that was taken over is left alone if it is what we want. A rule that changes again and again, as by a
// peer that sends from two places under media-handover, costs more than it saves.
void Offloader::look_at_living(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    if (known.taken_over && known.rule.key == rule.key &&
        rule_of(*streams_[slot].record) == offload::fingerprint(rule))
        return pushed(slot, rule);
    if (known.rule == rule) return;
    if (without_payload_types(known.rule) == without_payload_types(rule)) return list_types(slot, rule, now_us);
    const bool restless = now_us - known.replaced_us < restless_us;
    if (known.rule.key == rule.key && !restless) {
        known.replaced_us = now_us;
        return push(slot, rule, now_us);
    }
    withdraw(slot);
    if (active_) wait_or_push(slot, rule, now_us);
}

// Userspace forwards what isn't listed, so a longer list can wait. Whoever sends ever new types has it follow ever more rarely,
// and the stream stays where it is.
void Offloader::list_types(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    if (now_us < known.types_after_us) return;
    const bool again = now_us - known.types_after_us < longest_wait_us;
    known.types_wait_us = again ? std::min(2 * known.types_wait_us, longest_wait_us) : first_types_wait_us;
    known.types_after_us = now_us + known.types_wait_us;
    push(slot, rule, now_us);
}

void Offloader::wait_or_push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    if (auto way = without_payload_types(rule); known.rule != way) {
        known.rule = way;
        known.since_us = now_us;
        if (known.why == Path::refused) known.not_before_us = 0;
    }
    auto& record = *streams_[slot].record;
    if (now_us < known.not_before_us) return set_path(record, known.why);
    if (now_us - known.since_us < settle_us) return set_path(record, Path::settling);
    if (!budget_) return; // at the next turn
    --budget_;
    push(slot, rule, now_us);
}

void Offloader::push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us) {
    auto& known = entry(slot);
    auto& stream = streams_[slot];
    if (!make_kernel_part(records_.writer(), *stream.record))
        return refused(slot, Error{"no memory for records", ENOMEM}, now_us);
    if (known.living) (void)read_rule(slot); // its successor goes on with sequence numbers from here
    ledger_.begin(slot, !known.living);
    set_rule(*stream.record, 0);
    const auto former = offload_->push(rule, stream.rtp.sources(*stream.record));
    if (!former) {
        ledger_.abandon();
        return refused(slot, former.error(), now_us);
    }
    ledger_.finish(stream.rtp, *former);
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
    const auto final = offload_->withdraw(key);
    if (!final) {
        ledger_.abandon();
        if (!failed(final.error())) left(slot);
        return;
    }
    ledger_.finish(streams_[slot].rtp, *final);
    left(slot);
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
    streams_[slot].rtp.leave_kernel();
    Entry next;
    next.wait_us = known.wait_us;
    next.types_after_us = known.types_after_us;
    next.types_wait_us = known.types_wait_us;
    known = next;
    set_path(*records_.record(slot), Path::settling);
}

// ---- once a second ----

// Streams whose destinations other workers learn are looked at in each tick.
void Offloader::tick(std::uint64_t now_us) {
    if (!active_ || !synchronized_) return;
    if (!listed_) return take_over();
    budget_ = offload_->changes_in_a_row();
    const auto part = ++ticks_ % ticks_per_turn;
    if (part == 0) turn(now_us);
    for (const auto slot : streams_.open()) {
        if (!active_) return;
        const auto& exits = streams_[slot].exits;
        const auto elsewhere = [this](const Exit& exit) { return exit.route.worker != records_.own(); };
        if (slot % ticks_per_turn == part ||
            (living(slot) && std::any_of(exits.begin(), exits.end(), elsewhere)))
            look_at(slot, now_us);
    }
}

void Offloader::turn(std::uint64_t now_us) {
    ++turns_;
    if (!read_table()) return;
    withdraw_foreign();
    for (const auto slot : streams_.open())
        if (active_ && living(slot)) check(slot, now_us);
}

bool Offloader::read_table() {
    foreign_.clear();
    const auto read = offload_->list([this](const offload::State& state) { listed(state); });
    if (!read) failed(read.error());
    return static_cast<bool>(read);
}

void Offloader::listed(const offload::State& state) {
    const auto found = living_.find(state.key.id);
    if (found == living_.end()) {
        if (ours(state.key.local.address)) foreign_.push_back(state.key);
        return;
    }
    auto& stream = streams_[found->second];
    auto& known = *entries_[found->second];
    if (!stream.record || known.rule.key != state.key) return foreign_.push_back(state.key);
    book(*stream.record, stream.rtp, state, records_);
    known.turn = turns_;
    known.kernel_now = seen(state);
    known.handled_now = state.in.packets + state.in.errors;
}

// A rule that is gone is the next turn's to notice.
void Offloader::refresh(const StreamKey& key) {
    if (!active_ || key.slot >= entries_.size() || !living(key.slot)) return;
    const auto* record = streams_[key.slot].record;
    if (!record || record->id.get() != key.id) return;
    if (const auto read = read_rule(key.slot); !read) failed(read.error());
}

Status Offloader::read_rule(std::uint32_t slot) {
    auto& stream = streams_[slot];
    const auto state = offload_->get(entries_[slot]->rule.key);
    if (!state) return state.error();
    book(*stream.record, stream.rtp, *state, records_);
    return {};
}

void Offloader::synchronised(std::uint64_t now_us) {
    for (const auto slot : streams_.open())
        if (active_ && living(slot)) look_at(slot, now_us);
    if (active_) read_table();
}

// Packets come, but not to the rule: it is not reached, or the module is not.
void Offloader::check(std::uint32_t slot, std::uint64_t now_us) {
    auto& known = *entries_[slot];
    if (known.turn != turns_) {
        if (vanished(slot)) bypassed(slot, now_us);
        return;
    }
    const auto& in = streams_[slot].record->in;
    const auto user_now = in.packets.get() + in.errors.get();
    const bool kernel_moved = known.kernel_now != known.kernel_seen;
    if (known.measured && !kernel_moved && user_now != known.user_seen) {
        if (budget_) --budget_, withdraw(slot), bypassed(slot, now_us);
        return;
    }
    const bool handled = known.handled_now != known.handled_seen;
    const bool passed = known.measured && !handled && user_now != known.user_seen;
    known.turns_passed_up = passed ? known.turns_passed_up + 1 : 0;
    if (known.turns_passed_up >= patience_turns) {
        if (budget_) --budget_, withdraw(slot), passed_up(slot, now_us);
        return;
    }
    if (known.measured && handled) known.wait_us = first_wait_us;
    known.measured = true;
    known.kernel_seen = known.kernel_now;
    known.handled_seen = known.handled_now;
    known.user_seen = user_now;
}

// A list that is read while others change it may leave one out.
bool Offloader::vanished(std::uint32_t slot) {
    const auto state = offload_->get(entries_[slot]->rule.key);
    if (state || state.error().code != ENOENT) {
        if (!state) failed(state.error());
        return false;
    }
    left(slot);
    return true;
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

// Every rule has a record, from before it is made until after it is gone. Interfaces may share an address.
void Offloader::withdraw_foreign() {
    if (foreign_.empty()) return;
    const auto others = records_.elsewhere();
    std::erase_if(foreign_, [&](const offload::Key& key) { return others.contains(key.id); });
    for (const auto& key : foreign_)
        if (const auto gone = offload_->withdraw(key); !gone && failed(gone.error())) return;
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
    records_.header().offloaded.set(0);
    for (auto& known : entries_)
        known.reset();
    for (const auto slot : streams_.open()) {
        streams_[slot].rtp.leave_kernel();
        set_rule(*streams_[slot].record, 0);
        set_path(*streams_[slot].record, Path::table_lost);
    }
}

// ---- after a restart ----

void Offloader::take_over() {
    if (!active_) return;
    synchronized_ = true;
    std::unordered_map<std::uint64_t, std::uint32_t> slots;
    records_.each_living([&](std::uint32_t slot, std::uint64_t id) { slots[id] = slot; });
    const auto read = offload_->list([&](const offload::State& state) {
        const auto found = slots.find(state.key.id);
        if (found == slots.end() || living(found->second)) return;
        auto& known = entry(found->second);
        known.rule.key = state.key;
        known.living = known.taken_over = true;
        living_[state.key.id] = found->second;
    });
    listed_ = static_cast<bool>(read);
    if (!read) failed(read.error());
    records_.header().offloaded.set(living_.size());
}

} // namespace rtpengine::dataplane
