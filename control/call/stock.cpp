// SPDX-License-Identifier: Apache-2.0
#include "control/call/stock.h"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include "common/base/log.h"
#include "control/call/turn.h"
#include "link.pb.h"

namespace rtpengine::call {

namespace {

constexpr unsigned least_level = 16, most_level = 512; // pairs of an address
constexpr unsigned most_at_once = 32;                  // of one message: a worker has others to look after
constexpr unsigned free_for_each = 64;                 // free ports for each pair in stock: small ranges have none
constexpr std::uint64_t lower_every_ms = 1000, pause_ms = 1000;
constexpr std::uint64_t block_ms = 60 * 1000; // before a port that another program has is tried again

void describe(const DarkRun& run, const DarkPort& port, link::Stream& stream) {
    const auto bytes = run.local->address.raw();
    stream.set_id(port.id);
    stream.set_slot(run.local->slot_of(port.lease->port()));
    stream.mutable_local()->set_address(bytes.data(), bytes.size());
    stream.mutable_local()->set_port(port.lease->port());
    stream.set_dark(true);
}

unsigned worker_of(const DarkRun& run) { return run.local->worker(run.ports.front().lease->port()); }

// The ports in stock are nobody's.
void count_idle(ports::LocalAddress& local, const DarkRuns& runs, bool more) {
    const auto count = static_cast<unsigned>(count_ports(runs));
    local.idle = more ? local.idle + count : local.idle - count;
}

} // namespace

// On its way through the workers.
struct Stock::Opening {
    DarkRuns runs;
    Opened done;
    std::size_t outstanding = 0;
    std::set<std::uint64_t> in_use, closed; // streams
    std::string error;

    void take(const worker::Results& results, const std::vector<std::uint64_t>& asked) {
        if (!results) {
            error = results.error().message;
            return;
        }
        for (const auto id : asked) closed.erase(id);
        for (const auto* result : *results) {
            if (result->outcome() == link::PORT_IN_USE) in_use.insert(result->stream());
            if (result->outcome() == link::FAILED) closed.insert(result->stream()), error = result->error();
        }
    }
    bool is_open(const DarkRun& run) const {
        return std::none_of(run.ports.begin(), run.ports.end(),
                            [this](const DarkPort& port) { return in_use.contains(port.id) || closed.contains(port.id); });
    }
};

Stock::Stock(worker::Workers& workers, StreamIds& ids, uv::Loop& loop, const ports::Interfaces& interfaces, Patience patience)
    : workers_(workers), ids_(ids), loop_(loop), patience_(patience), on_round_(loop, [this] { end_round(); }) {
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

// Of ports that were taken from the pool; they go back when there is no memory for them.
DarkRuns Stock::run_at(ports::LocalAddress& local, std::uint16_t first, unsigned count) {
    unsigned made = 0;
    try {
        DarkRuns runs(1, DarkRun{&local, {}});
        auto& ports = runs.front().ports;
        ports.reserve(count);
        for (; made < count; ++made)
            ports.push_back({ids_.next(), std::make_shared<ports::Lease>(local.pool, static_cast<std::uint16_t>(first + made))});
        return runs;
    } catch (const std::bad_alloc&) {
        for (; made < count; ++made) local.pool.give_back(static_cast<std::uint16_t>(first + made));
        throw;
    }
}

DarkRuns Stock::reserve(ports::LocalAddress& local, unsigned count) {
    const auto first = local.pool.take(count);
    return first ? run_at(local, *first, count) : DarkRuns{};
}

DarkRuns Stock::reserve_this(ports::LocalAddress& local, std::uint16_t port) {
    return local.pool.take_this(port) ? run_at(local, port, 1) : DarkRuns{};
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

// ---- through the workers --------------------------------------------------------------------------------------

void Stock::open(DarkRuns runs, Opened done) {
    auto opening = std::make_shared<Opening>();
    opening->runs = std::move(runs);
    opening->done = std::move(done);
    openings_.push_back(opening);
    const auto at = std::prev(openings_.end());
    try {
        send(at, *opening);
    } catch (const std::bad_alloc&) {
        if (!opening->outstanding) {
            openings_.erase(at);
            throw;
        }
        opening->error = "Out of memory"; // what was asked for decides when
    }
}

void Stock::send(Openings::iterator at, Opening& opening) {
    struct Message {
        link::ToWorker* message = nullptr;
        std::vector<std::uint64_t> asked = {};
    };
    arena_.reset(); // what an exception has left there
    std::map<unsigned, Message> messages;
    for (const auto& run : opening.runs)
        for (const auto& port : run.ports) {
            auto& to = messages[run.local->worker(port.lease->port())];
            if (!to.message) to.message = &arena_.make<link::ToWorker>();
            to.asked.push_back(port.id);
            auto& stream = *to.message->mutable_request()->mutable_update()->add_set();
            describe(run, port, stream);
            stream.set_edition(workers_.announce(run.local->worker(port.lease->port()), stream.slot()));
            opening.closed.insert(port.id); // until its worker says that it is open
        }
    for (auto& [worker, each] : messages) {
        workers_.update(worker, *each.message, patience_.open, [this, at, asked = std::move(each.asked)](const worker::Results& results) {
            (*at)->take(results, asked);
            if (!--(*at)->outstanding) settle(at);
        });
        ++opening.outstanding;
    }
}

void Stock::settle(Openings::iterator at) {
    const auto opening = *at;
    openings_.erase(at);
    DarkRuns open, closing;
    while (!opening->runs.empty()) {
        const auto run = opening->runs.begin();
        for (const auto& port : run->ports)
            if (opening->in_use.contains(port.id)) {
                log::info("port {} belongs to another program, taking another one", Endpoint{run->local->address, port.lease->port()}.str());
                run->local->pool.block(port.lease->port(), loop_.now_ms() + block_ms);
            }
        auto& to = opening->is_open(*run) ? open : closing;
        to.splice(to.end(), opening->runs, run);
    }
    close(std::move(closing));
    opening->done(std::move(open), opening->error.empty() ? Status{} : Status{Error{opening->error}});
}

// Their leases end when the workers have closed them.
void Stock::close(DarkRuns runs) {
    const auto closing = std::make_shared<DarkRuns>(std::move(runs));
    arena_.reset();
    std::map<unsigned, link::ToWorker*> messages;
    for (const auto& run : *closing)
        for (const auto& port : run.ports) {
            auto& message = messages[run.local->worker(port.lease->port())];
            if (!message) {
                message = &arena_.make<link::ToWorker>();
                message->mutable_request()->mutable_update()->set_unhurried(true);
            }
            auto& key = *message->mutable_request()->mutable_update()->add_close();
            key.set_id(port.id);
            key.set_slot(run.local->slot_of(port.lease->port()));
        }
    for (auto& [worker, message] : messages) workers_.update(worker, *message, patience_.late, [closing](const auto&) {});
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
    close(std::move(surplus));
}

// None of a worker that is away, nor more than its share of one that is there.
DarkRuns Stock::reserve_pairs(ports::LocalAddress& local, const Shelf& shelf, unsigned pairs, unsigned share) {
    std::map<unsigned, unsigned> of_worker;
    for (const auto& run : shelf.pairs) ++of_worker[worker_of(run)];
    DarkRuns reserved, useless;
    for (unsigned tries = 2 * pairs * local.shards; tries && reserved.size() < pairs; --tries) {
        auto run = reserve(local, 2);
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
        open(std::move(runs), [this, &local, asked](DarkRuns open, const Status& status) { filled(local, asked, std::move(open), status); });
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

template <class Visit> void Stock::each_idle(Visit visit) const {
    for (const auto& [local, shelf] : shelves_)
        for (const auto* runs : {&shelf.pairs, &shelf.singles, &shelf.returned})
            for (const auto& run : *runs) visit(run);
    for (const auto& opening : openings_)
        for (const auto& run : opening->runs) visit(run);
}

void Stock::add_to_sync(unsigned worker, link::Sync& sync) const {
    each_idle([&](const DarkRun& run) {
        for (const auto& port : run.ports)
            if (run.local->worker(port.lease->port()) == worker) {
                auto& stream = *sync.add_set();
                describe(run, port, stream);
                stream.set_edition(workers_.announced(worker, stream.slot()));
            }
    });
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
            close(std::move(gone));
            return true;
        }
    return false;
}

} // namespace rtpengine::call
