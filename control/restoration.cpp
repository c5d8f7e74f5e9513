// SPDX-License-Identifier: Apache-2.0
#include "control/restoration.h"

#include "common/base/log.h"
#include "control/store/reader.h"

namespace rtpengine {

namespace {

constexpr std::size_t restored_in_a_row = 8;

} // namespace

bool Restoration::step() {
    const auto next = keeper_->walk(after_, restored_in_a_row, [this](auto number, auto bytes) { restore(number, bytes); });
    if (!next) log::err("{}: calls that are not read yet are lost", next.error().message);
    after_ = next ? *next : 0;
    if (!after_) log_end();
    return !after_;
}

// One that can't go on is dropped, and with it its record.
void Restoration::restore(std::uint64_t number, std::string_view bytes) {
    store::Call record;
    const bool good = record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) && record.number() == number;
    if (!good) log::err("a record of the call store can't be parsed");
    if (!good || !restore(record)) keeper_->dropped(number);
}

// Of an instance that has gone since: nobody's.
bool Restoration::restore(const store::Call& record) {
    for (auto* instance : instances_) {
        if (instance->config().name() != record.instance()) continue;
        auto call = store::read(record, instance->interfaces());
        if (call) return instance->restore(*std::move(call)), true;
        log::record(log::Level::err, log::Subsystem::core, {record.id()}, "this call ends here: {}", call.error().message);
    }
    return false;
}

void Restoration::log_end() const {
    std::size_t calls = 0;
    for (auto* instance : instances_) calls += instance->calls().size();
    if (calls) log::info("{} calls of the process before go on", calls);
}

} // namespace rtpengine
