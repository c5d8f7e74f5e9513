// SPDX-License-Identifier: Apache-2.0
#include "control/call/stock.h"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include "common/base/log.h"
#include "control/call/turn.h"

namespace rtpengine::call {

namespace {

constexpr unsigned least_level = 16, most_level = 512; // pairs of an address
constexpr unsigned most_at_once = 32;                  // of one message: a worker has others to look after
constexpr unsigned free_for_each = 64;                 // free ports for each pair in stock: small ranges have none
constexpr std::uint64_t lower_every_ms = 1000, pause_ms = 1000;

// The ports in stock are nobody's.
void count_idle(ports::LocalAddress& local, const DarkRuns& runs, bool more) {
    const auto count = static_cast<unsigned>(count_ports(runs));
    local.idle = more ? local.idle + count : local.idle - count;
}

} // namespace

Stock::Stock(worker::Workers& workers, StreamIds& ids, uv::Loop& loop, const ports::Interfaces& interfaces, Patience patience)
    : workers_(workers), loop_(loop), patience_(patience), opener_(workers, ids, loop, patience), on_round_(loop, [this] { end_round(); }) {
    for (const auto& interface : interfaces.all())
        for (const auto& local : interface->addresses) {
            auto& shelf = shelves_[local.get()];
            shelf.level = least_level;
            shelf.draining = interface->draining;
            shelf.patient_until_ms = loop_.now_ms() + patience_.open;
        }
}

// ---- what requests take ---------------------------------------------------------------------------------------

// An odd one of a pair is the next one's.
DarkRuns Stock::take_single(Shelf& shelf) {
    DarkRuns taken;
    if (shelf.singles.empty() && !shelf.pairs.empty()) {
        auto& pair = shelf.pairs.front();
        DarkRuns second;
        second.push_back({pair.local, {pair.ports.back()}});
        pair.ports.pop_back();
        shelf.singles.splice(shelf.singles.end(), shelf.pairs, shelf.pairs.begin());
        shelf.singles.splice(shelf.singles.end(), second);
    }
    if (!shelf.singles.empty()) taken.splice(taken.end(), shelf.singles, shelf.singles.begin());
    return taken;
}

// Ports of a worker that is away, or that hasn't got everything yet, are open as far as anybody knows: that isn't enough.
DarkRuns Stock::take(ports::LocalAddress& local, unsigned count) {
    DarkRuns taken;
    auto& shelf = shelves_.at(&local);
    if (count == 1) {
        taken = take_single(shelf);
    } else if (count == 2) {
        const auto found = std::find_if(shelf.pairs.begin(), shelf.pairs.end(),
                                        [this](const DarkRun& run) { return workers_.settled(worker_of(run)); });
        if (found != shelf.pairs.end()) taken.splice(taken.end(), shelf.pairs, found);
    }
    if (!taken.empty() && !workers_.settled(worker_of(taken.front()))) shelf.singles.splice(shelf.singles.end(), taken);
    count_idle(local, taken, false);
    shelf.ran_dry |= taken.empty() && count <= 2;
    look_ = true;
    return taken;
}

DarkRuns Stock::take_this(ports::LocalAddress& local, std::uint16_t port) {
    DarkRuns taken;
    auto& singles = shelves_.at(&local).singles;
    const auto found = std::find_if(singles.begin(), singles.end(), [port](const DarkRun& run) { return run.ports.front().lease->port() == port; });
    if (found == singles.end() || !workers_.settled(worker_of(*found))) return taken;
    taken.splice(taken.end(), singles, found);
    count_idle(local, taken, false);
    return taken;
}

void Stock::give_back(DarkRuns runs) noexcept {
    while (!runs.empty()) {
        auto& local = *runs.front().local;
        auto& returned = shelves_.find(&local)->second.returned;
        local.idle += static_cast<unsigned>(runs.front().ports.size());
        returned.splice(returned.end(), runs, runs.begin());
    }
    look_ = true;
}

// ---- what there shall be --------------------------------------------------------------------------------------

void Stock::tick() {
    look_ = at_rest_ = true;
    if (loop_.now_ms() - lowered_ms_ < lower_every_ms) return;
    lowered_ms_ = loop_.now_ms();
    for (auto& [local, shelf] : shelves_) shelf.level = std::max(least_level, shelf.level - shelf.level / 4);
}

void Stock::end_round() {
    if (!std::exchange(look_, false)) return;
    guarded({}, [this] {
        for (auto& [local, shelf] : shelves_) {
            sort_returned(*local, shelf);
            refill(*local, shelf);
        }
        at_rest_ = false;
    });
}

// Pairs and single ones are of use; what there is too much of, and longer rows, are closed.
void Stock::sort_returned(ports::LocalAddress& local, Shelf& shelf) {
    DarkRuns surplus;
    while (!shelf.returned.empty()) {
        const auto run = shelf.returned.begin();
        auto& to = run->ports.size() == 2 ? shelf.pairs : run->ports.size() == 1 ? shelf.singles : surplus;
        to.splice(to.end(), shelf.returned, run);
    }
    for (auto* runs : {&shelf.pairs, &shelf.singles})
        while (runs->size() > (at_rest_ ? shelf.level : 2 * shelf.level)) surplus.splice(surplus.end(), *runs, runs->begin());
    if (surplus.empty()) return;
    count_idle(local, surplus, false);
    opener_.close(std::move(surplus));
}

// None of a worker that is away, nor more than its share of one that is there.
DarkRuns Stock::reserve_pairs(ports::LocalAddress& local, const Shelf& shelf, unsigned pairs, unsigned share) {
    std::map<unsigned, unsigned> of_worker;
    for (const auto& run : shelf.pairs) ++of_worker[worker_of(run)];
    DarkRuns reserved, useless;
    for (unsigned tries = 2 * pairs * local.shards; tries && reserved.size() < pairs; --tries) {
        auto run = opener_.reserve(local, 2);
        if (run.empty()) break;
        const auto worker = worker_of(run.front());
        const bool wanted = workers_.settled(worker) && of_worker[worker]++ < share;
        auto& to = wanted ? reserved : useless;
        to.splice(to.end(), run);
    }
    return reserved;
}

// For a while, when some are away: calls shall not all be those of the one that has started first.
bool Stock::waits_for_workers(const ports::LocalAddress& local, Shelf& shelf) const {
    bool all = true;
    for (unsigned shard = 0; shard < local.shards; ++shard) all &= workers_.settled(local.first_worker + shard);
    if (all) shelf.patient_until_ms = loop_.now_ms() + patience_.open;
    return !all && loop_.now_ms() < shelf.patient_until_ms;
}

// While requests come by half of the level at least, so that one message opens many.
void Stock::refill(ports::LocalAddress& local, Shelf& shelf) {
    if (shelf.draining || loop_.now_ms() < shelf.not_before_ms || waits_for_workers(local, shelf)) return;
    if (std::exchange(shelf.ran_dry, false)) shelf.level = std::min(2 * shelf.level, most_level);
    const auto free = local.pool.total() - local.pool.used();
    const auto wanted = std::min(shelf.level, free / free_for_each);
    const auto have = static_cast<unsigned>(shelf.pairs.size()) + shelf.coming;
    if (wanted <= have || (!at_rest_ && 2 * have > wanted)) return;
    for (auto missing = wanted - have; missing;) {
        auto some = reserve_pairs(local, shelf, std::min(missing, most_at_once), (wanted + local.shards - 1) / local.shards);
        if (some.empty()) return;
        missing -= static_cast<unsigned>(some.size());
        ask_for(local, shelf, std::move(some));
    }
}

void Stock::ask_for(ports::LocalAddress& local, Shelf& shelf, DarkRuns runs) {
    const auto asked = static_cast<unsigned>(runs.size());
    shelf.coming += asked;
    count_idle(local, runs, true);
    try {
        opener_.open(std::move(runs), [this, &local, asked](DarkRuns open, const Status& status) { filled(local, asked, std::move(open), status); });
    } catch (const std::bad_alloc&) {
        filled(local, asked, {}, Error{"out of memory"});
    }
}

// `asked`: pairs. A worker that can't open more (out of descriptors, say) is asked again later; whoever needs a port asks at once, and is told why not.
void Stock::filled(ports::LocalAddress& local, unsigned asked, DarkRuns open, const Status& status) {
    auto& shelf = shelves_.at(&local);
    shelf.coming -= asked;
    local.idle -= 2 * asked - static_cast<unsigned>(count_ports(open));
    if (!status || open.empty()) shelf.not_before_ms = loop_.now_ms() + pause_ms;
    if (!status) log::info("no ports in advance at {} for now: {}", local.address.str(), status.error().message);
    shelf.pairs.splice(shelf.pairs.end(), open);
}

// ---- a worker that begins anew --------------------------------------------------------------------------------

void Stock::add_to_sync(unsigned worker, link::Sync& sync) const {
    opener_.add_to_sync(worker, sync);
    for (const auto& [local, shelf] : shelves_)
        for (const auto* runs : {&shelf.pairs, &shelf.singles, &shelf.returned}) opener_.add_to_sync(*runs, worker, sync);
}

bool Stock::lost(std::uint64_t stream) {
    const auto has_it = [stream](const DarkRun& run) {
        return std::any_of(run.ports.begin(), run.ports.end(), [stream](const DarkPort& port) { return port.id == stream; });
    };
    for (auto& [local, shelf] : shelves_)
        for (auto* runs : {&shelf.pairs, &shelf.singles, &shelf.returned}) {
            const auto found = std::find_if(runs->begin(), runs->end(), has_it);
            if (found == runs->end()) continue;
            DarkRuns gone;
            gone.splice(gone.end(), *runs, found);
            count_idle(*local, gone, false);
            opener_.close(std::move(gone));
            return true;
        }
    return false;
}

} // namespace rtpengine::call
