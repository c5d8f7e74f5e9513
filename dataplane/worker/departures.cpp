// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/departures.h"

#include <cerrno>

#include "dataplane/worker/kernel_counters.h"

namespace rtpengine::dataplane {

void Departures::add(std::uint32_t slot, const offload::State& counted) {
    if (contains(counted.key.id)) return;
    waiting_.push_back({slot, counted, {}});
    if (auto* record = record_of(waiting_.back())) waiting_.back().lent.emplace(*record);
    by_id_[counted.key.id] = &waiting_.back();
}

void Departures::changed(std::uint64_t id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    if (auto* record = record_of(*found->second)) rebase(*record, found->second->counted);
}

// nullptr: closed since.
state::StreamRecord* Departures::record_of(const Departure& departure) {
    auto* record = records_.record(departure.slot);
    return record && record->id.get() == departure.counted.key.id ? record : nullptr;
}

void Departures::book(const Departure& departure, const offload::State& final) {
    auto* record = record_of(departure);
    RtpCounters nobodys;
    book_late(record, record ? streams_[departure.slot].rtp : nobodys, departure.counted, final, records_);
    if (departure.lent) departure.lent->book_used(final, records_.turn_now());
}

void Departures::gone() {
    const auto& departure = waiting_.front();
    auto* record = record_of(departure);
    if (auto* kernel = record ? state::kernel_of(*record) : nullptr) state::store(kernel->local, Endpoint{});
    if (record) {
        take_back(*record);
        streams_[departure.slot].kernel = Stream::Kernel::no;
    }
    if (departure.lent) departure.lent->take_back();
    by_id_.erase(departure.counted.key.id);
    waiting_.pop_front();
}

// False: it isn't final yet, so no other is.
Result<bool> Departures::collect_first(offload::Offload& offload, Ledger& ledger) {
    const auto& departure = waiting_.front();
    const auto& key = departure.counted.key;
    const auto final = offload.collect(key);
    if (!final && final.error().code != ENOENT) return final.error();
    if (final && !*final) return false;
    if (final) {
        book(departure, **final);
        ledger.settle(departure.slot, key, offload);
    }
    gone();
    return true;
}

Result<bool> Departures::collect(offload::Offload& offload, Ledger& ledger, unsigned some) {
    for (unsigned n = 0; n < some; ++n) {
        if (waiting_.empty()) return false;
        const auto more = collect_first(offload, ledger);
        if (!more || !*more) return more;
    }
    return true;
}

void Departures::clear() {
    for (const auto& departure : waiting_)
        if (departure.lent) departure.lent->take_back();
    waiting_.clear();
    by_id_.clear();
}

} // namespace rtpengine::dataplane
