// SPDX-License-Identifier: Apache-2.0
#include "control/call/basket.h"

#include <algorithm>
#include <utility>

namespace rtpengine::call {

std::vector<DarkPort> Basket::add(DarkRuns& to, DarkRuns run) {
    if (run.empty()) return {};
    to.splice(to.end(), run);
    return to.back().ports;
}

template <class Fits> DarkRuns Basket::take_open(Fits fits) {
    DarkRuns taken;
    const auto found = std::find_if(open_.begin(), open_.end(), fits);
    if (found != open_.end()) taken.splice(taken.end(), open_, found);
    return taken;
}

std::vector<DarkPort> Basket::take(ports::LocalAddress& local, unsigned count) {
    auto run = take_open([&](const DarkRun& run) { return run.local == &local && run.ports.size() == count; });
    if (run.empty()) run = stock_.take(local, count);
    if (!run.empty()) return add(taken_, std::move(run));
    return add(reserved_, stock_.opener().reserve(local, count));
}

std::vector<DarkPort> Basket::take_this(ports::LocalAddress& local, std::uint16_t port) {
    auto run = take_open([&](const DarkRun& run) {
        return run.local == &local && run.ports.size() == 1 && run.ports.front().lease->port() == port;
    });
    if (run.empty()) run = stock_.take_this(local, port);
    if (!run.empty()) return add(taken_, std::move(run));
    return add(reserved_, stock_.opener().reserve_this(local, port));
}

void Basket::undo() noexcept {
    open_.splice(open_.end(), taken_);
    to_open_.splice(to_open_.end(), reserved_);
}

void Basket::give_up() noexcept {
    stock_.give_back(std::exchange(open_, {}));
    to_open_.clear();
}

void Basket::open(std::function<void(Status)> done) {
    stock_.opener().open(std::exchange(to_open_, {}), [this, done = std::move(done)](DarkRuns open, const Status& status) {
        open_.splice(open_.end(), open);
        done(status);
    });
}

} // namespace rtpengine::call
