// SPDX-License-Identifier: Apache-2.0
#include "control/call/committer.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "common/base/log.h"
#include "common/state/totals.h"
#include "control/call/each_port.h"

namespace rtpengine::call {

namespace {

constexpr int max_attempts = 100;            // each one finds at least one port that another program has
constexpr std::uint64_t block_ms = 60 * 1000; // before such a port is tried again

struct Changes {
    std::map<unsigned, link::ToWorker*> messages; // by worker; in the committer's arena
    std::vector<LocalPort> closing;           // their leases end when the workers have closed them
};

link::Update& update_for(unsigned worker, Changes& changes, link::Arena& arena) {
    auto& message = changes.messages[worker];
    if (!message) message = &arena.make<link::ToWorker>();
    return *message->mutable_request()->mutable_update();
}

void add_closes(Call& call, Changes& changes, link::Arena& arena) {
    for (auto& port : call.closing) {
        if (!port.told) continue;
        auto& key = *update_for(port.worker(), changes, arena).add_close();
        key.set_id(port.id);
        key.set_slot(port.slot());
        changes.closing.push_back(std::move(port));
    }
    call.closing.clear();
}

// False: the worker knows it as it is.
bool tell(LocalPort& port, const link::Stream& stream) {
    const auto fingerprint = std::max<std::uint64_t>(std::hash<std::string>{}(stream.SerializeAsString()), opened_before + 1);
    return std::exchange(port.told, fingerprint) != fingerprint;
}

Changes changes_of(Call& call, const StateReader& read, link::Arena& arena) {
    Changes changes;
    add_closes(call, changes, arena);
    for (auto& [port, stream] : desired_streams(call, read, arena)) {
        if (!tell(*port, *stream)) continue;
        update_for(port->worker(), changes, arena).mutable_set()->AddAllocated(stream);
    }
    return changes;
}

} // namespace

// One message to each worker concerned, and what came back.
struct Committer::Round {
    std::shared_ptr<Call> call;
    Done done;
    int attempt;
    std::size_t outstanding = 0;
    std::vector<LocalPort> closing;
    std::vector<std::uint64_t> taken; // streams whose port another program has
    std::string error;

    void take(const link::StreamResult& result) {
        if (result.outcome() == link::PORT_IN_USE) taken.push_back(result.stream());
        if (result.outcome() == link::FAILED) error = result.error();
        for (const auto& sink : result.removed()) take(sink);
    }
    void take(const link::SinkCounters& sink) {
        const auto add = [&](LocalPort& port) {
            if (port.id == sink.stream()) port.out += {sink.packets(), sink.bytes(), sink.errors()};
        };
        for_each_port(*call, [&](PortSet&, LocalPort& port) { add(port); });
        for (auto& port : closing) add(port);
    }
    // Closed records keep their figures until they are opened again, which our leases prevent.
    void keep_figures(const worker::Workers& workers) {
        for (const auto& port : closing) {
            auto& former = port.media->former[port.stream];
            former.out += port.out;
            const auto* record = workers.state(port.worker()).record(port.slot());
            if (!record) continue;
            const auto in = state::total_in(*record), echo = state::total_echo(*record);
            former.in += {in.packets, in.bytes, in.errors};
            former.out += {echo.packets, echo.bytes, echo.errors};
            former.last_packet = std::max(former.last_packet, state::last_packet(*record));
        }
        closing.clear();
    }
};

StateReader Committer::reader() const {
    return [this](const StateKey& key) { return workers_.record(key.worker, key.slot, key.id); };
}

void Committer::commit(std::shared_ptr<Call> call, Done done) { run(std::move(call), std::move(done), 1); }

void Committer::run(std::shared_ptr<Call> call, Done done, int attempt) {
    auto changes = changes_of(*call, reader(), arena_);
    if (changes.messages.empty()) {
        arena_.reset();
        return done({});
    }
    auto round = std::make_shared<Round>();
    round->call = std::move(call);
    round->done = std::move(done);
    round->attempt = attempt;
    round->outstanding = changes.messages.size();
    round->closing = std::move(changes.closing);
    for (auto& [worker, message] : changes.messages)
        workers_.update(worker, *message, [this, round](const worker::Results& results) {
            if (!results) round->error = results.error().message;
            else
                for (const auto* result : *results) round->take(*result);
            if (--round->outstanding == 0) finish(round);
        });
    arena_.reset();
}

void Committer::finish(const std::shared_ptr<Round>& round) {
    round->keep_figures(workers_);
    if (!round->error.empty()) return round->done(Error{round->error});
    if (round->taken.empty()) return round->done({});
    if (round->attempt == max_attempts) return round->done(Error{"Ran out of ports"});

    std::vector<std::pair<PortSet*, LocalPort>> replaced;
    for_each_port(*round->call, [&](PortSet& set, LocalPort& port) {
        if (std::find(round->taken.begin(), round->taken.end(), port.id) != round->taken.end())
            replaced.emplace_back(&set, port);
    });
    for (const auto& [set, port] : replaced) {
        log::info("port {} belongs to another program, taking another one", port.endpoint().str());
        if (auto done = replace_ports(*round->call, *set, port, ids_, loop_.now_ms() + block_ms); !done)
            return round->done(done);
    }
    run(round->call, round->done, round->attempt + 1);
}

void Committer::close(std::shared_ptr<Call> call, std::function<void()> closed) {
    for (auto& party : call->parties) release_ports(*party);
    run(
        std::move(call),
        [closed = std::move(closed)](const Status& done) {
            if (!done) log::err("closing a call: {}", done.error().message);
            closed();
        },
        1);
}

void Committer::add_to_sync(Call& call, unsigned worker, link::Sync& sync) {
    for (auto& [port, stream] : desired_streams(call, reader(), arena_))
        if (port->worker() == worker && port->told) {
            tell(*port, *stream);
            *sync.add_set() = *stream;
        }
    arena_.reset();
}

} // namespace rtpengine::call
