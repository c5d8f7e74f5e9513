// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/ledger.h"

#include <atomic>
#include <cstring>

#include "dataplane/worker/kernel_counters.h"

namespace rtpengine::dataplane {

namespace {

// The beginning of a message and of an answer: both tell from it that neither is there.
constexpr std::size_t front = 64;

} // namespace

// What a dead process wrote is there in its order, if the compiler leaves it in order.
void Ledger::enter(Phase phase) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    journal_.phase.set(static_cast<std::uint64_t>(phase));
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

// Whose rule it was; nullptr: closed since.
state::StreamRecord* Ledger::record() {
    auto* record = records_.record(static_cast<std::uint32_t>(journal_.slot.get()));
    return record && record->id.get() == journal_.id.get() ? record : nullptr;
}

void Ledger::name(std::uint32_t slot, std::uint64_t id) {
    journal_.slot.set(slot);
    journal_.id.set(id);
}

void Ledger::begin(std::uint32_t slot, bool fresh) {
    auto& record = *records_.record(slot);
    if (fresh) open_books(record);
    std::memset(journal_.message, 0, front);
    name(slot, record.id.get());
    enter(Phase::calling);
}

void Ledger::finish(RtpCounters& rtp, const std::optional<offload::State>& final) {
    auto* record = this->record();
    if (record && final) book(*record, rtp, *final, records_);
    enter(Phase::booked);
    if (record) close_books(*record);
    enter(Phase::idle);
}

void Ledger::abandon() {
    enter(Phase::idle);
}

void Ledger::settle(std::uint32_t slot, const offload::Key& key, offload::Offload& offload) {
    name(slot, key.id);
    enter(Phase::booked);
    if (auto* record = this->record()) close_books(*record);
    offload.forget(key);
    enter(Phase::idle);
}

void Ledger::recover(offload::Offload& offload) {
    const auto phase = static_cast<Phase>(journal_.phase.get());
    if (phase == Phase::idle) return;
    const auto answer = offload.latest_answer();
    const bool ours = answer && answer->key.id == journal_.id.get();
    auto* record = this->record();
    RtpCounters rtp; // its windows are lost with the process
    if (phase == Phase::calling && !ours) return abandon();
    if (phase == Phase::calling && record) book(*record, rtp, *answer, records_);
    const auto* kernel = record ? state::kernel_of(*record) : nullptr;
    const offload::Key key{journal_.id.get(), kernel ? state::load(kernel->local) : Endpoint{}};
    settle(static_cast<std::uint32_t>(journal_.slot.get()), key, offload);
}

} // namespace rtpengine::dataplane
