// SPDX-License-Identifier: Apache-2.0
#include "control/store/keeper.h"

#include "common/base/log.h"

namespace rtpengine::store {

Keeper::Keeper(uv::Loop& loop, std::unique_ptr<Store> store)
    : store_(std::move(store)), on_round_(loop, [this] { end_round(); }) {}

void Keeper::changed(const std::shared_ptr<call::Call>& call, const std::string& instance) {
    if (store_ && !call->dead) dirty_[call->number] = {call, &instance};
}

void Keeper::ended(const std::shared_ptr<call::Call>& call) {
    if (store_) dirty_[call->number] = {nullptr, nullptr};
}

void Keeper::counted(const call::Totals& totals, const std::string& instance) {
    if (store_) counted_[instance] = &totals;
}

void Keeper::then(std::function<void()> done) {
    if (is_clean()) return done();
    waiting_.push_back(std::move(done));
}

void Keeper::write() {
    if (is_clean()) return;
    Store::Changes changes;
    Store::Totals totals;
    for (const auto& [instance, counted] : std::exchange(counted_, {}))
        totals[instance] = write_totals(*counted).SerializeAsString();
    for (const auto& [number, dirty] : std::exchange(dirty_, {})) {
        auto& change = changes[number];
        if (!dirty.call) continue;
        record_.Clear();
        store::write(*dirty.call, *dirty.instance, record_);
        change = record_.SerializeAsString();
    }
    const auto written = store_->commit(changes, totals);
    if (!written && !failing_) log::err("{}: calls would not survive this process", written.error().message);
    if (written && failing_) log::notice("the call store is written again");
    failing_ = !written;
}

// Answers may ask for more.
void Keeper::end_round() {
    while (!is_clean() || !waiting_.empty()) {
        write();
        for (const auto& done : std::exchange(waiting_, {})) done();
    }
}

} // namespace rtpengine::store
