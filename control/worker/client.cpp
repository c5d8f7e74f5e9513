// SPDX-License-Identifier: Apache-2.0
#include "control/worker/client.h"

#include <algorithm>

#include "common/base/clock.h"
#include "common/base/log.h"

namespace rtpengine::worker {

namespace {

constexpr std::uint64_t greeting_ms = 40; // a worker that was there before connects again within 20

std::vector<std::uint64_t> streams_of(const link::Update& update) {
    std::vector<std::uint64_t> ids;
    for (const auto& key : update.close()) ids.push_back(key.id());
    for (const auto& stream : update.set()) ids.push_back(stream.id());
    return ids;
}

} // namespace

Workers::Workers(uv::Loop& loop, Hooks hooks)
    : loop_(loop), hooks_(std::move(hooks)), on_greeting_(loop, [this] { greet(); }), on_expiry_(loop, [this] { expire(); }),
      chores_(loop) {
    welcome_.set_control_start(us_of(BootClock::now()));
}

Result<std::unique_ptr<Workers>> Workers::create(uv::Loop& loop, const link::ControlConfig& config, Hooks hooks) {
    std::unique_ptr<Workers> workers(new Workers(loop, std::move(hooks)));
    for (const auto& worker : config.workers()) {
        auto state = state::Map::open_readonly(Fd(worker.state_fd()));
        if (!state) return state.error();
        if (worker.index() >= workers->peers_.size()) workers->peers_.resize(worker.index() + 1);
        auto& peer = workers->peers_[worker.index()];
        peer.name = worker.name();
        auto announced = state::Announcements::open(worker.announced_fd() ? Fd(worker.announced_fd()) : Fd(), state->slots(), true);
        if (!announced) return announced.error();
        peer.state.emplace(*std::move(state));
        peer.announced.emplace(*std::move(announced));
    }
    for (const auto& instance : config.instances())
        for (const auto& listener : instance.listeners()) *workers->welcome_.add_ng_listeners() = listener.local();
    return workers;
}

Status Workers::listen(link::Context& context, const std::string& runtime_dir) {
    auto socket = link::Router::bind(
        context, loop_, runtime_dir + "/control.sock",
        [this](std::string_view peer, std::string_view message) { received(peer, message); },
        [this](std::string_view peer) { lost(peer); });
    if (!socket) return socket.error();
    socket_ = std::move(*socket);
    on_greeting_.start_ms(greeting_ms, greeting_ms);
    return {};
}

std::uint32_t Workers::announce(unsigned worker, std::uint32_t slot) {
    auto& announced = *peers_[worker].announced;
    const auto next = std::max(announced.get(slot) + 1, 1U); // 0 is none
    announced.set(slot, next);
    return next;
}

std::vector<std::string> Workers::absent() const {
    std::vector<std::string> names;
    for (const auto& peer : peers_)
        if (!peer.name.empty() && !peer.connected) names.push_back(peer.name);
    return names;
}

bool Workers::idle() const {
    return std::all_of(peers_.begin(), peers_.end(), [](const Peer& peer) { return peer.pending.empty() && !peer.sync.number; });
}

state::View Workers::record(unsigned worker, std::uint32_t slot, std::uint64_t id) const {
    const auto record = former(worker, slot, id);
    return record && record->id.get() == id ? record : state::View();
}

state::View Workers::former(unsigned worker, std::uint32_t slot, std::uint64_t id) const {
    if (!exists(worker)) return {};
    const auto record = peers_[worker].state->stream(slot);
    return record && record->owner.get() == id ? record : state::View();
}

void Workers::update(unsigned worker, link::ToWorker& message, std::uint64_t deadline_ms, Done done) {
    auto streams = streams_of(message.request().update());
    ask(peers_[worker], message, deadline_ms, std::move(streams), std::move(done));
}

void Workers::refresh(unsigned worker, link::Refresh refresh, std::function<void()> done) {
    link::ToWorker message;
    *message.mutable_request()->mutable_refresh() = std::move(refresh);
    ask(peers_[worker], message, refresh_deadline_ms, {}, [done = std::move(done)](const auto&) { done(); });
}

void Workers::ask(Peer& peer, link::ToWorker& message, std::uint64_t patience_ms, std::vector<std::uint64_t> streams,
                  Done done) {
    auto& request = *message.mutable_request();
    request.set_id(next_request_++);
    request.set_deadline_ms(static_cast<std::uint32_t>(patience_ms));
    const auto deadline_ms = loop_.now_ms() + patience_ms;
    const auto pending = peer.pending.insert_or_assign(request.id(), Pending{deadline_ms, std::move(streams), std::move(done)}).first;
    try {
        deadlines_.insert({deadline_ms, index(peer), request.id()});
        if (peer.connected) send(peer, message, message.request().update().unhurried()); // else the Sync after its Hello holds all of it
    } catch (...) { // it was not asked
        deadlines_.erase({deadline_ms, index(peer), request.id()});
        peer.pending.erase(pending);
        throw;
    }
    expire_by(deadline_ms);
}

void Workers::send(Peer& peer, const link::ToWorker& message, bool unhurried) {
    unhurried ? socket_->send_soon(peer.name, message.SerializeAsString()) : socket_->send(peer.name, message.SerializeAsString());
}

// Its requests wait for the hello of its successor.
void Workers::lost(std::string_view name) {
    for (auto& peer : peers_)
        if (peer.name == name) peer.connected = false;
}

void Workers::received(std::string_view from, std::string_view bytes) {
    arena_.reset();
    auto& message = arena_.make<link::ToControl>();
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        log::warning("a message on control.sock can't be parsed ({} bytes)", bytes.size());
        return;
    }
    if (message.has_ctl()) {
        socket_->send(from, hooks_.ctl(message.ctl()).SerializeAsString());
        return;
    }
    if (message.has_edge()) return hooks_.edge(from, message.edge());
    const auto peer = std::find_if(peers_.begin(), peers_.end(), [from](const Peer& p) { return !from.empty() && p.name == from; });
    if (peer == peers_.end()) return;
    if (message.worker().has_hello()) hello(*peer, message.worker().hello());
    if (message.worker().has_reply()) reply(*peer, message.worker().reply());
    if (message.worker().has_event()) hooks_.event(index(*peer), message.worker().event());
}

void Workers::welcome(Peer& peer, bool hello_wanted) {
    link::ToWorker message;
    *message.mutable_welcome() = welcome_;
    message.mutable_welcome()->set_hello_wanted(hello_wanted);
    send(peer, message);
}

void Workers::introduce(const std::vector<link::Identity>& identities) {
    welcome_.mutable_identities()->Assign(identities.begin(), identities.end());
    for (auto& peer : peers_)
        if (peer.connected) welcome(peer, false);
}

// A worker that served a former control process said its hello to that one; one whose link was given up doesn't know.
void Workers::greet() {
    for (auto& peer : peers_)
        if (!peer.name.empty() && !peer.connected) welcome(peer, true);
}

void Workers::hello(Peer& peer, const link::Hello& hello) {
    if (peer.connected && peer.start == hello.start()) return;
    log::info("worker {} is connected", peer.name);
    peer.connected = true;
    peer.start = hello.start();
    peer.sync = {};
    peer.sync.number = next_request_++;

    welcome(peer, false);
    const auto worker = index(peer);
    link::Sync begin; // before anything else that it is asked
    begin.set_more(true);
    sync(worker, peer.sync.number, std::move(begin));
    hooks_.sync(worker, peer.sync.number);
}

bool Workers::sync(unsigned worker, std::uint64_t number, link::Sync part) {
    auto& peer = peers_[worker];
    if (peer.sync.number != number || peer.sync.last) return false;
    part.set_continued(std::exchange(peer.sync.begun, true));
    const auto id = part.continued() ? next_request_++ : number;
    peer.sync.requests.insert(id);
    if (!part.more()) peer.sync.last = id;
    link::ToWorker message;
    message.mutable_request()->set_id(id);
    *message.mutable_request()->mutable_sync() = std::move(part);
    send(peer, message);
    return true;
}

void Workers::reply(Peer& peer, const link::Reply& reply) {
    if (peer.sync.requests.erase(reply.id())) {
        take_results(peer, reply);
        if (peer.sync.last && peer.sync.requests.empty()) synchronised(peer);
        return;
    }
    if (!peer.pending.contains(reply.id())) return;
    std::vector<const link::StreamResult*> results(reply.results().pointer_begin(), reply.results().pointer_end());
    take(index(peer), reply.id()).done(std::move(results)); // nothing fails in between: whoever waits is told
}

// Who waits for one of them gets it in settle().
void Workers::take_results(Peer& peer, const link::Reply& reply) {
    for (const auto& result : reply.results())
        if (result.outcome() != link::OK || result.removed_size()) peer.sync.results[result.stream()] = result;
}

Workers::Pending Workers::take(unsigned worker, std::uint64_t request) {
    auto pending = std::move(peers_[worker].pending.extract(request).mapped());
    deadlines_.erase({pending.deadline_ms, worker, request});
    return pending;
}

// Whatever was asked of the former process is answered by what became of it here.
void Workers::synchronised(Peer& peer) {
    chores_.add([this, worker = index(peer), sync = std::exchange(peer.sync, {})]() mutable { return settle(worker, sync); });
}

bool Workers::settle(unsigned worker, Synchronising& sync) {
    const auto& pending = peers_[worker].pending;
    if (pending.empty() || pending.begin()->first > sync.number) return say_orphan(worker, sync);
    const auto& waiting = *pending.begin();
    std::vector<decltype(sync.results)::node_type> found;
    std::vector<const link::StreamResult*> own;
    found.reserve(waiting.second.streams.size());
    own.reserve(waiting.second.streams.size());
    const auto first = take(worker, waiting.first); // from here on nothing fails: whoever waits is told
    for (const auto id : first.streams)
        if (auto result = sync.results.extract(id)) found.push_back(std::move(result));
    for (const auto& result : found) own.push_back(&result.mapped());
    first.done(std::move(own));
    return false;
}

// What nobody waited for.
bool Workers::say_orphan(unsigned worker, Synchronising& sync) {
    if (sync.results.empty()) return true;
    const auto orphan = sync.results.extract(sync.results.begin());
    hooks_.orphan(worker, orphan.mapped());
    return sync.results.empty();
}

void Workers::expire_by(std::uint64_t deadline_ms) {
    if (deadline_ms >= next_expiry_ms_) return;
    next_expiry_ms_ = deadline_ms;
    const auto now = loop_.now_ms();
    on_expiry_.start_ms(deadline_ms > now ? deadline_ms - now : 0);
}

// No other one begins before this one is through.
void Workers::expire() {
    next_expiry_ms_ = 0;
    chores_.add([this] { return expire_one(); });
}

bool Workers::expire_one() {
    if (!deadlines_.empty() && deadlines_.begin()->at_ms <= loop_.now_ms()) {
        const auto [at_ms, worker, request] = *deadlines_.begin();
        auto& peer = peers_[worker];
        ++peer.late;
        const auto late = take(worker, request);
        late.done(Error{"media worker " + peer.name + " does not answer"});
        return false;
    }
    say_late();
    next_expiry_ms_ = UINT64_MAX;
    if (!deadlines_.empty()) expire_by(deadlines_.begin()->at_ms);
    return true;
}

void Workers::say_late() {
    for (auto& peer : peers_)
        if (const auto late = std::exchange(peer.late, 0)) log::err("worker {} did not answer in time: {} requests", peer.name, late);
}

} // namespace rtpengine::worker
