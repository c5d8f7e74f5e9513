// SPDX-License-Identifier: Apache-2.0
#include "control/restoration.h"

#include "common/base/log.h"
#include "control/store/reader.h"

namespace rtpengine {

namespace {

constexpr std::size_t restored_in_a_row = 8;

} // namespace

bool Restoration::step() {
    std::vector<store::Call> records;
    const auto next = keeper_->walk(after_, restored_in_a_row, [&](auto number, auto bytes) {
        auto& record = records.emplace_back();
        if (record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) && record.number() == number) return;
        log::err("a record of the call store can't be parsed");
        record.Clear();
        record.set_number(number);
    });
    for (auto& record : records) restore(record);
    if (!next) log::err("{}: calls that are not read yet are lost", next.error().message);
    after_ = next ? *next : 0;
    if (!after_) log_end();
    return !after_;
}

// One that can't go on is dropped, and with it its record.
void Restoration::restore(store::Call& record) {
    const auto number = record.number();
    if (record.id().empty() || !take_over(record)) keeper_->dropped(number);
}

// Of an instance that has gone since: nobody's.
bool Restoration::take_over(store::Call& record) {
    const auto end = [&](const Error& why) {
        log::record(log::Level::err, log::Subsystem::core, {record.id()}, "this call ends here: {}", why.message);
        return false;
    };
    const auto parts = keeper_->parts(record.number());
    if (!parts) return end(parts.error());
    if (auto whole = store::add_parts(*parts, record); !whole) return end(whole.error());
    for (auto* instance : instances_) {
        if (instance->config().name() != record.instance()) continue;
        auto call = store::read(record, instance->interfaces());
        return call ? (instance->restore(*std::move(call)), true) : end(call.error());
    }
    return false;
}

void Restoration::log_end() const {
    std::size_t calls = 0;
    for (auto* instance : instances_) calls += instance->calls().size();
    if (calls) log::info("{} calls of the process before go on", calls);
}

} // namespace rtpengine
