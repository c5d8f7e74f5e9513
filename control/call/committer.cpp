// SPDX-License-Identifier: Apache-2.0
#include "control/call/committer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "common/base/log.h"
#include "control/call/each_port.h"
#include "control/call/fingerprint.h"

namespace rtpengine::call {

namespace {

// Streams that a worker refused, or all of them when it said nothing.
void tell_again(Call& call, const std::vector<std::uint64_t>& refused) noexcept {
    call.behind = true;
    for_each_port(call, [&](PortSet&, LocalPort& port) {
        if (refused.empty() || std::find(refused.begin(), refused.end(), port.id) != refused.end()) port.told = opened_before;
    });
}

std::vector<Media*> all_of(const Call& call) {
    std::vector<Media*> medias;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) medias.push_back(media.get());
    return medias;
}

} // namespace

struct Committer::Messages {
    link::Arena& arena; // of the messages
    std::map<unsigned, link::ToWorker*> by_worker = {};
    bool replaces = false; // a rule by which media goes on

    link::Update& update(unsigned worker) {
        auto& message = by_worker[worker];
        if (!message) message = &arena.make<link::ToWorker>();
        return *message->mutable_request()->mutable_update();
    }
};

// One message to each worker concerned, and what came back.
struct Committer::Round {
    explicit Round(std::shared_ptr<Call> call) : call(std::move(call)) { leaving.reserve(this->call->closing.size()); }

    std::shared_ptr<Call> call;
    std::function<void()> done; // when all is well
    Turn turn;                  // of who waits
    std::optional<uv::Timer> patience; // his
    std::size_t outstanding = 0; // workers that have not answered
    std::vector<Leaving> leaving;            // their leases end when the workers have closed them
    std::vector<link::SinkCounters> removed; // what sinks had counted that are gone
    std::vector<std::uint64_t> refused;      // streams that are not as they were told
    std::string error;

    // Without memory it isn't known who refused what, so all are told again.
    void take(const worker::Results& results) noexcept {
        if (guarded(call->id, [&] { look_at(results); })) return;
        refused.clear();
        error = "out of memory"; // so short that it takes none
    }
    void look_at(const worker::Results& results) {
        if (!results) {
            error = results.error().message;
            return;
        }
        for (const auto* result : *results) {
            if (result->outcome() != link::OK) refuse(*result);
            removed.insert(removed.end(), result->removed().begin(), result->removed().end());
        }
    }
    void refuse(const link::StreamResult& result) {
        refused.push_back(result.stream());
        error = result.error().empty() ? "could not open a port of a running call: another program has it" : result.error();
    }
    bool has_figures() const { return !removed.empty() || !leaving.empty(); }
    void book(const worker::Workers& workers) const {
        book_removed(*call, removed);
        for (const auto& port : leaving) book_closed(*call, port, removed, workers);
    }
    void end() const {
        if (error.empty()) return done ? done() : void();
        tell_again(*call, refused);
        log::record(log::Level::err, log::Subsystem::core, {call->id}, "{}; it is told again", error);
    }
    // Nobody waits for it any more.
    void let_go() noexcept {
        if (!patience) return;
        patience.reset();
        turn.reset();
        if (--call->unbooked) return;
        for (const auto& work : std::exchange(call->waiting_for_figures, {})) guarded(call->id, work);
    }
};

StateReader Committer::reader() const {
    return [this](const StateKey& key) { return workers_.record(key.worker, key.slot, key.id); };
}

void Committer::describe(const std::vector<Media*>& medias, Messages& messages) {
    for (auto& [port, stream] : desired_streams(medias, reader(), arena_)) {
        const auto print = fingerprint(*stream);
        if (port->told == print) continue;
        messages.update(port->worker()).mutable_set()->AddAllocated(stream);
        messages.replaces |= port->forwards;
        port->told = print;
        port->forwards |= stream->sinks_size() > 0;
        stream->set_edition(workers_.announce(port->worker(), port->slot()));
    }
}

void Committer::add_closes(const Call& call, Messages& messages) {
    for (const auto& port : call.closing) {
        auto& key = *messages.update(port.worker()).add_close();
        key.set_id(port.id);
        key.set_slot(port.slot());
        workers_.announce(port.worker(), port.slot());
    }
}

// What the call has taken out of use stays with it until its workers have been asked. The arena is free again afterwards.
void Committer::send(const std::shared_ptr<Round>& round, Messages& messages) {
    for (auto& [worker, message] : messages.by_worker) {
        message->mutable_request()->mutable_update()->set_unhurried(!round->patience);
        workers_.update(worker, *message, patience_.late, [this, round](const worker::Results& results) {
            round->take(results);
            if (--round->outstanding == 0) settle(*round);
        });
        ++round->outstanding;
    }
    for (auto& port : round->call->closing) round->leaving.push_back({port.media->party->number, port.media->index, std::move(port)});
    leaving_ += round->leaving.size();
    round->call->closing.clear();
    arena_.reset();
}

void Committer::settle(Round& round) {
    const auto& id = round.call->id;
    if (round.has_figures()) {
        guarded(id, [&] { round.book(workers_); });
        guarded(id, [&] { booked_(round.call); });
    }
    guarded(id, [&] { round.end(); });
    round.let_go();
    const auto freed = round.leaving.size();
    round.leaving.clear();
    leaving_ -= freed;
    serve_awaiting(freed);
}

void Committer::serve_awaiting(std::size_t most) {
    for (; most && !awaiting_.empty(); --most) {
        const auto next = std::move(awaiting_.front());
        awaiting_.pop_front();
        guarded({}, next.work);
    }
}

void Committer::tick() {
    const auto late = std::find_if(awaiting_.begin(), awaiting_.end(), [this](const auto& each) { return each.until_ms > loop_.now_ms(); });
    serve_awaiting(static_cast<std::size_t>(late - awaiting_.begin()));
}

void Committer::hold(const std::shared_ptr<Round>& round, Turn turn) {
    round->turn = std::move(turn);
    round->patience.emplace(loop_, [late = std::weak_ptr(round)] {
        if (const auto round = late.lock()) round->let_go();
    });
    round->patience->start_ms(patience_.turn);
    ++round->call->unbooked;
}

void Committer::tell(const std::shared_ptr<Call>& call, const std::vector<Media*>& medias, Turn turn) noexcept {
    std::shared_ptr<Round> round;
    const bool sent = guarded(call->id, [&] {
        Messages messages{arena_};
        round = std::make_shared<Round>(call);
        describe(medias, messages);
        add_closes(*call, messages);
        if (turn && (messages.replaces || !call->closing.empty())) hold(round, std::move(turn));
        send(round, messages);
    });
    if (sent) return;
    tell_again(*call, {}); // who was told what is not known
    if (round) round->let_go();
}

void Committer::tell_all(const std::shared_ptr<Call>& call, std::function<void()> done) {
    const bool sent = guarded(call->id, [&] {
        Messages messages{arena_};
        const auto round = std::make_shared<Round>(call);
        describe(all_of(*call), messages);
        add_closes(*call, messages);
        send(round, messages);
        round->done = std::move(done); // no answer is here yet
        if (!round->outstanding) settle(*round);
    });
    if (!sent) tell_again(*call, {});
}

void Committer::with_figures(Call& call, std::function<void()> work) {
    if (!call.unbooked) return work();
    call.waiting_for_figures.push_back(std::move(work));
}

void Committer::add_to_sync(Call& call, unsigned worker, link::Sync& sync) {
    for (auto& [port, stream] : desired_streams(all_of(call), reader(), arena_)) {
        if (port->worker() != worker) continue;
        port->told = fingerprint(*stream);
        stream->set_edition(workers_.announced(worker, port->slot()));
        *sync.add_set() = *stream;
    }
    arena_.reset();
}

} // namespace rtpengine::call
