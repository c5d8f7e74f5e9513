// SPDX-License-Identifier: Apache-2.0
#include "control/call/committer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>

#include "common/base/log.h"
#include "control/call/draft.h"
#include "control/call/each_port.h"
#include "control/call/turn.h"

namespace rtpengine::call {

namespace {

constexpr int max_attempts = 100;            // each one finds at least one port that another program has
constexpr std::uint64_t block_ms = 60 * 1000; // before such a port is tried again

std::uint64_t fingerprint(const link::Stream& stream) {
    return std::max<std::uint64_t>(std::hash<std::string>{}(stream.SerializeAsString()), opened_before + 1);
}

// Streams that a worker refused, or all of them when it said nothing.
void tell_again(Call& call, const std::vector<std::uint64_t>& refused) {
    call.behind = true;
    for_each_port(call, [&](PortSet&, LocalPort& port) {
        const bool meant = refused.empty() || std::find(refused.begin(), refused.end(), port.id) != refused.end();
        if (meant && port.told) port.told = opened_before;
    });
}

} // namespace

struct Committer::Messages {
    std::map<unsigned, link::ToWorker*> by_worker; // in the committer's arena

    link::Update& update(unsigned worker, link::Arena& arena) {
        auto& message = by_worker[worker];
        if (!message) message = &arena.make<link::ToWorker>();
        return *message->mutable_request()->mutable_update();
    }
};

struct Committer::Task {
    std::shared_ptr<Call> call, figures;
    std::uint64_t mark;
    Done done;
    int attempt = 1;
};

// One message to each worker concerned, and what came back.
struct Committer::Round {
    std::string call_id;              // for the log
    std::function<void(Round&)> done; // empty: it was called
    std::function<void(Round&)> book; // when all have answered
    std::size_t outstanding = 0;
    std::vector<Leaving> leaving;            // their leases end when the workers have closed them
    std::vector<std::uint64_t> taken;        // streams whose port another program has
    std::vector<link::SinkCounters> removed; // what sinks had counted that are gone
    std::vector<std::uint64_t> refused;      // streams that are not as they were told
    std::string error;
    std::optional<uv::Timer> patience;

    void take(const worker::Results& results) {
        if (!results) {
            error = results.error().message;
            return;
        }
        for (const auto* result : *results) {
            if (result->outcome() == link::PORT_IN_USE) taken.push_back(result->stream());
            if (result->outcome() == link::FAILED) refused.push_back(result->stream()), error = result->error();
            removed.insert(removed.end(), result->removed().begin(), result->removed().end());
        }
    }
    void settle() {
        if (const auto settled = std::exchange(done, nullptr)) guarded(call_id, [&] { settled(*this); });
        else if (!error.empty())
            log::record(log::Level::err, log::Subsystem::core, {call_id}, "after the answer: {}", error);
    }
};

StateReader Committer::reader() const {
    return [this](const StateKey& key) { return workers_.record(key.worker, key.slot, key.id); };
}

void Committer::add_closes(std::vector<LocalPort> ports, Messages& messages, std::vector<Leaving>& leaving) {
    for (auto& port : ports) {
        if (!port.told) continue;
        auto& key = *messages.update(port.worker(), arena_).add_close();
        key.set_id(port.id);
        key.set_slot(port.slot());
        leaving.push_back({port.media->party->number, port.media->index, std::move(port)});
    }
}

// The arena is free again afterwards.
void Committer::send(Messages& messages, std::uint64_t deadline_ms, const std::shared_ptr<Round>& round) {
    round->outstanding = messages.by_worker.size();
    for (auto& [worker, message] : messages.by_worker)
        workers_.update(worker, *message, deadline_ms, [round](const worker::Results& results) {
            round->take(results);
            if (--round->outstanding) return;
            round->patience.reset();
            if (round->book) round->book(*round);
            round->settle();
        });
    arena_.reset();
    if (!round->outstanding) round->settle();
}

void Committer::be_patient(const std::shared_ptr<Round>& round) {
    if (!round->outstanding) return;
    round->patience.emplace(loop_, [late = std::weak_ptr(round)] {
        if (const auto round = late.lock()) round->settle();
    });
    round->patience->start_ms(patience_.answer);
}

void Committer::carry_out(std::shared_ptr<Call> call, std::shared_ptr<Call> figures, std::uint64_t mark, Done done) {
    try {
        carry_out({call, std::move(figures), mark, std::move(done)});
    } catch (...) { // who was told what is not known
        tell_again(*call, {});
        throw;
    }
}

// What differs of open ports has its turn when there are no others left to open.
void Committer::carry_out(const Task& task) {
    Messages opening, adjusting;
    std::vector<std::pair<LocalPort*, std::uint64_t>> adjusted;
    for (auto& [port, stream] : desired_streams(*task.call, reader(), arena_)) {
        const auto print = fingerprint(*stream);
        if (port->told == print) continue;
        const bool fresh = port->id > task.mark;
        (fresh ? opening : adjusting).update(port->worker(), arena_).mutable_set()->AddAllocated(stream);
        if (fresh) port->told = print;
        else adjusted.emplace_back(port, print);
    }
    if (!opening.by_worker.empty()) return open(task, opening);
    for (const auto& [port, print] : adjusted) port->told = print;
    adjust(task, adjusting);
}

void Committer::open(const Task& task, Messages& messages) {
    auto round = std::make_shared<Round>();
    round->call_id = task.call->id;
    round->done = [this, task](Round& round) {
        if (!round.error.empty()) return task.done(Error{round.error});
        auto next = task;
        if (!round.taken.empty()) {
            if (next.attempt++ == max_attempts) return task.done(Error{"Ran out of ports"});
            if (auto exchanged = exchange_taken(*task.call, round.taken); !exchanged) return task.done(exchanged);
        }
        carry_out(next);
    };
    send(messages, patience_.open, round);
}

void Committer::adjust(const Task& task, Messages& messages) {
    if (messages.by_worker.empty()) {
        arena_.reset();
        return task.done({});
    }
    auto round = std::make_shared<Round>();
    round->call_id = task.call->id;
    round->book = [figures = task.figures](Round& round) {
        if (round.removed.empty() && round.error.empty()) return;
        book_later(*figures, [removed = std::move(round.removed), refused = std::move(round.refused), failed = !round.error.empty()](Call& call) {
            book_removed(call, removed);
            if (failed) tell_again(call, refused);
        });
    };
    round->done = [done = task.done](Round& round) { done(round.error.empty() ? Status{} : Status{Error{round.error}}); };
    send(messages, patience_.late, round);
    be_patient(round);
}

Status Committer::exchange_taken(Call& draft, const std::vector<std::uint64_t>& taken) {
    std::vector<std::pair<PortSet*, LocalPort>> replaced;
    for_each_port(draft, [&](PortSet& set, LocalPort& port) {
        if (std::find(taken.begin(), taken.end(), port.id) != taken.end()) replaced.emplace_back(&set, port);
    });
    for (const auto& [set, port] : replaced) {
        log::info("port {} belongs to another program, taking another one", port.endpoint().str());
        if (auto done = replace_ports(draft, *set, port, ids_, loop_.now_ms() + block_ms); !done) return done;
    }
    return {};
}

void Committer::close(std::shared_ptr<Call> call, std::function<void()> closed) {
    if (call->closing.empty()) return closed();
    Messages messages;
    auto round = std::make_shared<Round>();
    round->call_id = call->id;
    add_closes(std::exchange(call->closing, {}), messages, round->leaving);
    round->book = [this, call](Round& round) {
        book_later(*call, [this, removed = std::move(round.removed), leaving = std::move(round.leaving)](Call& call) {
            book_removed(call, removed);
            for (const auto& port : leaving) book_closed(call, port, removed, workers_);
        });
    };
    round->done = [closed = std::move(closed)](Round&) { closed(); };
    send(messages, patience_.late, round);
    be_patient(round);
}

void Committer::close(std::vector<LocalPort> ports) {
    Messages messages;
    auto round = std::make_shared<Round>();
    add_closes(std::move(ports), messages, round->leaving);
    send(messages, patience_.late, round);
}

// Of a call that is being changed the draft knows best what was asked of the workers; what it has taken out of use is still open.
void Committer::add_to_sync(Call& call, unsigned worker, link::Sync& sync) {
    const auto draft = call.draft.lock();
    std::unordered_set<std::uint64_t> said;
    for (auto* each : {draft.get(), &call}) {
        if (!each) continue;
        for (auto& [port, stream] : desired_streams(*each, reader(), arena_)) {
            if (port->worker() != worker || !port->told || !said.insert(port->id).second) continue;
            port->told = fingerprint(*stream);
            *sync.add_set() = *stream;
        }
    }
    arena_.reset();
}

} // namespace rtpengine::call
