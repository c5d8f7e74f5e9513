// SPDX-License-Identifier: Apache-2.0
#include "control/store/keeper.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/call/turn.h"

namespace rtpengine::store {

namespace {

constexpr std::uint64_t first_retry_ms = 1000, last_retry_ms = 30'000;
constexpr std::uint64_t next_part_ms = 1;
constexpr std::size_t calls_a_transaction = 64; // a millisecond of work, or less

void mark_kept(call::Call& call, std::uint32_t store) {
    call.stored = store;
    for (const auto& party : call.parties) party->unkept = false;
}

} // namespace

Keeper::Keeper(uv::Loop& loop, std::unique_ptr<Store> store)
    : store_(std::move(store)), on_round_(loop, [this] { end_round(); }), on_retry_(loop, [this] { retry(); }) {}

void Keeper::changed(const std::shared_ptr<call::Call>& call, const std::string& instance) {
    if (store_ && !call->dead) dirty_[call->number] = {call, &instance};
}

// What has never come to the store needn't go from it: a store that fails for long costs no memory for calls of the past.
void Keeper::ended(const std::shared_ptr<call::Call>& call) {
    if (!store_) return;
    if (call->stored) dropped(call->number);
    else dirty_.erase(call->number);
}

void Keeper::dropped(std::uint64_t number) { dirty_[number] = {nullptr, nullptr}; }

Result<std::uint64_t> Keeper::walk(std::uint64_t after, std::size_t most,
                                   const std::function<void(std::uint64_t, std::string_view)>& visit) const {
    return store_ ? store_->walk(after, most, visit) : std::uint64_t{0};
}

Result<std::vector<std::string>> Keeper::parts(std::uint64_t number) const {
    return store_ ? store_->parts(number) : std::vector<std::string>{};
}

void Keeper::counted(const call::Totals& totals, const std::string& instance) {
    if (store_) counted_[instance] = &totals;
}

void Keeper::expect() {
    if (waiting_.size() == waiting_.capacity()) waiting_.reserve(2 * waiting_.size() + 1);
}

void Keeper::then(std::function<void()> done) {
    if (is_clean() || failures_) return done();
    waiting_.push_back(std::move(done));
}

Status Keeper::commit(const Dirties& dirty) {
    Store::Changes changes;
    Store::Totals totals;
    Store::Parts parts;
    for (const auto& [instance, counted] : counted_) totals[instance] = write_totals(*counted).SerializeAsString();
    for (const auto& [number, each] : dirty) {
        auto& change = changes[number];
        if (!each.call) continue;
        record_.Clear();
        write_record(*each.call, *each.instance, record_);
        change = record_.SerializeAsString();
        add_parts(*each.call, parts);
    }
    return store_->commit(changes, totals, parts);
}

void Keeper::add_parts(const call::Call& call, Store::Parts& parts) {
    for (std::uint32_t number = 1; number <= parts_of(call); ++number) {
        if (call.stored == generation_ && !part_changed(call, number)) continue;
        part_.Clear();
        write_part(call, number, part_);
        parts[{call.number, number}] = part_.SerializeAsString();
    }
}

void Keeper::write() {
    while (!is_clean() && !failures_) attempt();
}

Keeper::Dirties Keeper::next_dirties() {
    Dirties next;
    while (!dirty_.empty() && next.size() < calls_a_transaction) next.insert(next.end(), dirty_.extract(dirty_.begin()));
    return next;
}

void Keeper::attempt() {
    auto dirties = next_dirties();
    if (auto written = commit(dirties); !written) {
        dirty_.merge(dirties);
        return failed(written.error());
    }
    for (const auto& [number, dirty] : dirties)
        if (dirty.call) mark_kept(*dirty.call, generation_);
    counted_.clear();
    if (is_clean()) return succeeded();
    if (failures_) on_retry_.start_ms(next_part_ms);
}

void Keeper::open_by(std::function<Result<std::unique_ptr<Store>>()> open, std::function<void()> opened) {
    open_ = std::move(open);
    opened_ = std::move(opened);
    if (!store_) on_retry_.start_ms(first_retry_ms);
}

void Keeper::look() {
    if (!store_ || store_->is_there() || !open_) return;
    log::err("the file of the call store had been removed: all calls are written to another one");
    store_.reset();
    dirty_.clear();
    counted_.clear();
    retry();
}

void Keeper::retry() {
    if (store_) return attempt();
    auto store = open_();
    if (!store) return failed(store.error());
    store_ = *std::move(store);
    ++generation_;
    opened_();
    attempt();
}

void Keeper::failed(const Error& why) {
    if (!failures_++) log::err("{}: {} calls would not survive this process as they are; calls go on, and it is tried again", why.message, store_ ? std::to_string(dirty_.size()) : "all");
    failure_ = why.message;
    on_retry_.start_ms(std::min(first_retry_ms << std::min<std::uint64_t>(failures_ - 1, 5), last_retry_ms));
}

void Keeper::succeeded() {
    if (failures_) log::notice("the call store is written again, after {} failed attempts", failures_);
    failures_ = 0;
    failure_.clear();
    on_retry_.stop();
}

std::string Keeper::trouble() const {
    if (!store_) return "no call store: calls would not survive this process" + (failure_.empty() ? "" : "; " + failure_);
    if (!failures_) return {};
    return failure_ + ": " + std::to_string(dirty_.size()) + " calls not kept, " + std::to_string(failures_) + " failed attempts";
}

// Answers may ask for more. When the store fails nobody waits for it.
void Keeper::end_round() {
    while ((!is_clean() && !failures_) || !waiting_.empty()) {
        write();
        for (const auto& done : std::exchange(waiting_, {})) call::guarded({}, done);
    }
}

} // namespace rtpengine::store
