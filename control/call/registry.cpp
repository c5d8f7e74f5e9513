// SPDX-License-Identifier: Apache-2.0
#include "control/call/registry.h"

#include <utility>

namespace rtpengine::call {

Shares& Shares::operator+=(const Shares& other) {
    userspace += other.userspace;
    kernel += other.kernel;
    mixed += other.mixed;
    ports += other.ports;
    return *this;
}

Shares& Shares::operator-=(const Shares& other) {
    userspace -= other.userspace;
    kernel -= other.kernel;
    mixed -= other.mixed;
    ports -= other.ports;
    return *this;
}

std::shared_ptr<Call> Registry::find(const std::string& id) const {
    const auto& calls = by_id_.of(id);
    const auto found = calls.find(id);
    return found != calls.end() ? found->second : nullptr;
}

void Registry::add(const std::shared_ptr<Call>& call) {
    const auto added = by_number_.emplace(call->number, Entry{call, {}}).first;
    try {
        by_id_.of(call->id).emplace(call->id, call);
    } catch (...) { // it is nowhere
        by_number_.erase(added);
        throw;
    }
}

void Registry::remove(const Call& call) {
    const auto found = by_number_.find(call.number);
    if (found == by_number_.end()) return;
    ++removed_;
    total_ -= found->second.shares;
    const auto last = found->second.call; // perhaps the only owner of what `call` refers to
    by_number_.erase(found);
    by_id_.of(last->id).erase(last->id);
}

void Registry::count(const Call& call, const Shares& shares) {
    const auto found = by_number_.find(call.number);
    if (found == by_number_.end()) return;
    total_ += shares;
    total_ -= std::exchange(found->second.shares, shares);
}

void Registry::count_more(const Call& call, std::uint64_t medias, std::uint64_t ports) {
    const auto found = by_number_.find(call.number);
    if (found == by_number_.end()) return;
    auto shares = found->second.shares;
    shares.userspace += medias - (shares.userspace + shares.kernel + shares.mixed);
    shares.ports = ports;
    count(call, shares);
}

} // namespace rtpengine::call
