// SPDX-License-Identifier: Apache-2.0
#include "control/call/opener.h"

#include <algorithm>
#include <map>
#include <new>
#include <set>
#include <utility>

#include "common/base/log.h"
#include "link.pb.h"

namespace rtpengine::call {

namespace {

constexpr std::uint64_t block_ms = 60 * 1000; // before a port that another program has is tried again

void describe(const DarkRun& run, const DarkPort& port, link::Stream& stream) {
    const auto bytes = run.local->address.raw();
    stream.set_id(port.id);
    stream.set_slot(run.local->slot_of(port.lease->port()));
    stream.mutable_local()->set_address(bytes.data(), bytes.size());
    stream.mutable_local()->set_port(port.lease->port());
    stream.set_dark(true);
}

// Nobody's, until their workers have closed them.
struct Closing {
    explicit Closing(DarkRuns closing) : runs(std::move(closing)) {
        for (const auto& run : runs) run.local->idle += static_cast<unsigned>(run.ports.size());
    }
    ~Closing() {
        for (const auto& run : runs) run.local->idle -= static_cast<unsigned>(run.ports.size());
    }
    Closing(const Closing&) = delete;

    DarkRuns runs;
};

} // namespace

// On its way through the workers.
struct Opener::Opening {
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

// Of ports that were taken from the pool; they go back when there is no memory for them.
DarkRuns Opener::run_at(ports::LocalAddress& local, std::uint16_t first, unsigned count) {
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

DarkRuns Opener::reserve(ports::LocalAddress& local, unsigned count) {
    const auto first = local.pool.take(count);
    return first ? run_at(local, *first, count) : DarkRuns{};
}

DarkRuns Opener::reserve_this(ports::LocalAddress& local, std::uint16_t port) {
    return local.pool.take_this(port) ? run_at(local, port, 1) : DarkRuns{};
}

void Opener::open(DarkRuns runs, Opened done) {
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

void Opener::send(Openings::iterator at, Opening& opening) {
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

void Opener::settle(Openings::iterator at) {
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
void Opener::close(DarkRuns runs) {
    const auto closing = std::make_shared<Closing>(std::move(runs));
    arena_.reset();
    std::map<unsigned, link::ToWorker*> messages;
    for (const auto& run : closing->runs)
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

// ---- a worker that begins anew --------------------------------------------------------------------------------

void Opener::add_to_sync(const DarkRuns& runs, unsigned worker, link::Sync& sync) const {
    for (const auto& run : runs)
        for (const auto& port : run.ports)
            if (run.local->worker(port.lease->port()) == worker) {
                auto& stream = *sync.add_set();
                describe(run, port, stream);
                stream.set_edition(workers_.announced(worker, stream.slot()));
            }
}

void Opener::add_to_sync(unsigned worker, link::Sync& sync) const {
    for (const auto& opening : openings_) add_to_sync(opening->runs, worker, sync);
}

} // namespace rtpengine::call
