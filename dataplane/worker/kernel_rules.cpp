// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/kernel_rules.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/base/log.h"
#include "dataplane/offload/encode.h"
#include "dataplane/offload/none.h"
#include "dataplane/worker/kernel_counters.h"
#include "dataplane/worker/lending.h"

namespace rtpengine::dataplane {

namespace {

void set_rule(state::StreamRecord& record, std::uint64_t fingerprint) {
    if (auto* kernel = state::kernel_of(record)) kernel->rule.set(fingerprint);
}

// Known from before there is a rule until after it is gone, so that a successor finds it.
void set_local(state::StreamRecord& record, const Endpoint& local) {
    if (auto* kernel = state::kernel_of(record)) state::store(kernel->local, local);
}

} // namespace

KernelRules::KernelRules(Records& records, Streams& streams, std::unique_ptr<offload::Offload> offload,
                         std::vector<Address> addresses)
    : records_(records),
      streams_(streams),
      offload_(offload ? std::move(offload) : std::make_unique<offload::None>()),
      audit_(records, std::move(addresses)),
      ledger_(records),
      departures_(records, streams),
      active_(!offload_->name().empty()) {
    count();
    if (active_) ledger_.recover(*offload_);
}

void KernelRules::count() { records_.header().offloaded.set(living_.size()); }

// ---- giving and taking back ----

Result<KernelRules::Pushed> KernelRules::push(std::uint32_t slot, const offload::Rule& rule, bool replaces) {
    auto& stream = streams_[slot];
    if (!make_kernel_part(records_.writer(), *stream.record)) return Error{"no memory for records", ENOMEM};
    bool goes_on = replaces; // from where it is
    if (replaces) {
        const auto now = read(slot, rule.key);
        if (!now && !active_) return now.error();
        if (now && now->withdrawn) return Pushed::withdrawn;
        goes_on = now || now.error().code != ENOENT;
    }
    ledger_.begin(slot, !goes_on);
    set_rule(*stream.record, 0);
    set_local(*stream.record, rule.key.local);
    const auto start = start_of(stream, rule, stream.rtp.sources(*stream.record), records_.turn_now());
    if (rule.is_secured()) lend(stream, rule, start);
    const auto former = offload_->push(rule, start);
    if (!former) {
        if (rule.is_secured()) take_back(slot);
        ledger_.abandon();
        if (!replaces) set_local(*stream.record, {});
        look_into(former.error());
        return former.error();
    }
    book_former(slot, *former);
    if (rule.is_secured()) stream.kernel = Stream::Kernel::has;
    set_rule(*stream.record, offload::fingerprint(rule));
    found(rule.key);
    adopt(slot);
    return Pushed::yes;
}

void KernelRules::withdraw(std::uint32_t slot, const offload::Key& key) {
    ledger_.begin(slot, false);
    set_rule(*records_.record(slot), 0);
    const auto former = offload_->withdraw(key);
    if (!former) {
        ledger_.abandon();
        look_into(former.error());
        if (active_) left(slot, key);
        return;
    }
    book_former(slot, *former);
    if (*former && !(*former)->final) departures_.add(slot, (*former)->state);
    left(slot, key);
}

// What a rule has counted that was replaced or withdrawn.
void KernelRules::book_former(std::uint32_t slot, const std::optional<offload::Former>& former) {
    auto& stream = streams_[slot];
    if (!former) return ledger_.finish(stream.rtp, std::nullopt);
    if (former->final) return ledger_.finish(stream.rtp, former->state);
    book(*records_.record(slot), stream.rtp, former->state, records_);
    ledger_.abandon();
}

// The stream has no rule any more.
void KernelRules::left(std::uint32_t slot, const offload::Key& key) {
    living_.erase(key.id);
    count();
    set_rule(*records_.record(slot), 0);
    if (!departing(key.id)) set_local(*records_.record(slot), {});
    streams_[slot].rtp.leave_kernel();
    look_after(slot);
}

// Indices come back with what a rule has counted.
void KernelRules::look_after(std::uint32_t slot) {
    auto* record = records_.record(slot);
    if (!record || !has_lent(*record)) return;
    if (active_ && left_behind(slot)) streams_[slot].kernel = Stream::Kernel::returns;
    else take_back(slot);
}

void KernelRules::take_back(std::uint32_t slot) {
    if (auto* record = records_.record(slot)) dataplane::take_back(*record);
    streams_[slot].kernel = Stream::Kernel::no;
}

bool KernelRules::can_start(std::uint32_t slot, const offload::Rule& rule) {
    auto& stream = streams_[slot];
    const auto start = start_of(stream, rule, stream.rtp.sources(*stream.record), records_.turn_now());
    return !start.receive.empty() || std::ranges::any_of(start.send, [](const auto& side) { return !side.empty(); });
}

Result<offload::State> KernelRules::read(std::uint32_t slot, const offload::Key& key) {
    auto& stream = streams_[slot];
    auto state = offload_->get(key);
    if (state) book(*stream.record, stream.rtp, *state, records_);
    else if (state.error().code != ENOENT) look_into(state.error());
    return state;
}

// ---- of a predecessor ----

std::optional<offload::Key> KernelRules::left_behind(std::uint32_t slot) const {
    const auto* record = records_.record(slot);
    const auto* kernel = record ? state::kernel_of(*record) : nullptr;
    const auto local = kernel ? state::load(kernel->local) : Endpoint{};
    const auto id = record ? record->id.get() : 0; // 0: closed
    return id && local.known() ? std::optional(offload::Key{id, local}) : std::nullopt;
}

bool KernelRules::left_same(std::uint32_t slot, const offload::Rule& rule) const {
    const auto* kernel = state::kernel_of(*records_.record(slot));
    return kernel && kernel->rule.get() == offload::fingerprint(rule);
}

void KernelRules::found(const offload::Key& key) {
    living_[key.id] = key;
    count();
}

void KernelRules::adopt(std::uint32_t slot) {
    auto& stream = streams_[slot];
    stream.rtp.enter_kernel(*stream.record);
    if (stream.kernel == Stream::Kernel::returns) stream.kernel = Stream::Kernel::has;
}

// ---- what has to be done from time to time ----

bool KernelRules::collect(unsigned some) {
    const auto departed = departures_.collect(*offload_, ledger_, some);
    if (!departed) look_into(departed.error());
    return departed && *departed;
}

bool KernelRules::tidy(std::uint64_t now_us, unsigned some) {
    const bool more = offload_->tidy(now_us, some);
    return collect(some) || more;
}

bool KernelRules::is_ours(const offload::Key& key) const {
    const auto at = living_.find(key.id);
    return at != living_.end() && at->second == key;
}

// Where our records say that there are rules, also those of a predecessor that nobody has come to yet.
std::unordered_map<std::uint64_t, Endpoint> KernelRules::told() const {
    std::unordered_map<std::uint64_t, Endpoint> locals;
    records_.each_living([&](std::uint32_t slot, std::uint64_t id) {
        if (const auto key = left_behind(slot)) locals[id] = key->local;
    });
    return locals;
}

void KernelRules::audit() {
    const auto found = audit_.step(*offload_, [this](const offload::Key& key) { return is_ours(key); });
    if (!found) return look_into(found.error());
    if (found->empty()) return;
    const auto told = this->told();
    for (const auto& key : *found) {
        if (const auto at = told.find(key.id); at != told.end() && at->second == key.local) continue;
        const auto gone = offload_->withdraw(key);
        if (!gone) look_into(gone.error());
        if (!active_) return;
        if (gone && *gone && !(*gone)->final) departures_.add(UINT32_MAX, (*gone)->state);
    }
}

void KernelRules::look_into(const Error& error) {
    if (offload::lost(error)) return lose(error);
    log::record(log::Level::debug, log::Subsystem::core, {}, "{}", error.message);
}

// Userspace has all packets anyway, as soon as the kernel leaves them to it.
void KernelRules::lose(const Error& error) {
    if (!std::exchange(active_, false)) return;
    log::err("{}: it takes no rules any more, everything is forwarded in userspace from now on. Restart the "
             "daemon when the kernel has it again",
             error.message);
    offload_ = std::make_unique<offload::None>();
    living_.clear();
    departures_.clear();
    count();
    for (const auto slot : streams_.open()) {
        streams_[slot].rtp.leave_kernel();
        take_back(slot);
        set_rule(*streams_[slot].record, 0);
        set_local(*streams_[slot].record, {});
        streams_[slot].record->path.set(static_cast<std::uint64_t>(state::Path::table_lost));
    }
}

} // namespace rtpengine::dataplane
