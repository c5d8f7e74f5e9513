// SPDX-License-Identifier: Apache-2.0
#include "common/link/socket.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <zmq.hpp>

#include "common/base/log.h"

namespace rtpengine::link {

namespace {

Error failed(const char* what, const std::string& path, const zmq::error_t& error) {
    return {std::string("cannot ") + what + " " + path + ": " + error.what(), error.num()};
}

// Of a turn of the loop, for what has arrived; then others get their turn.
constexpr auto share = std::chrono::milliseconds(1); // at each of up to three times
using Clock = std::chrono::steady_clock;

void prepare_socket(zmq::socket_t& socket) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::sndhwm, 100000);
    socket.set(zmq::sockopt::rcvhwm, 100000);
}

// ZeroMQ's descriptor is edge-triggered: who is called by it reads until nothing comes. Sending may use its edge up, as
// binding and connecting may, so the queue is looked at behind them too.
bool receive(zmq::socket_t& socket, zmq::message_t& message) {
    return socket.recv(message, zmq::recv_flags::dontwait).has_value();
}

// The parts of one message. False: nobody takes it. What needs memory comes before the first part: of a message that was begun
// and not ended, the next one would be the rest, and go where that was to go.
bool send_all(zmq::socket_t& socket, const std::string* peer, const std::vector<std::string>& messages) {
    try {
        std::vector<zmq::message_t> parts;
        parts.reserve(messages.size() + 1);
        if (peer) parts.emplace_back(peer->data(), peer->size());
        for (const auto& message : messages) parts.emplace_back(message.data(), message.size());
        for (auto& part : parts) {
            const auto more = &part != &parts.back() ? zmq::send_flags::sndmore : zmq::send_flags::none;
            if (!socket.send(part, more | zmq::send_flags::dontwait)) return false;
        }
        return true;
    } catch (const std::exception&) { // with router_mandatory EHOSTUNREACH, too
        return false;
    }
}

} // namespace

Context::Context() : context_(std::make_unique<zmq::context_t>(1)) {}
Context::~Context() = default;

Result<std::unique_ptr<Router>> Router::bind(Context& context, uv::Loop& loop, const std::string& path,
                                             Handler handler, Lost lost) {
    try {
        auto socket = std::make_unique<zmq::socket_t>(context.get(), zmq::socket_type::router);
        prepare_socket(*socket);
        socket->set(zmq::sockopt::router_mandatory, true);
        socket->set(zmq::sockopt::router_handover, true); // a restarted peer takes its name over
        socket->bind("ipc://" + path);
        return std::unique_ptr<Router>(new Router(std::move(socket), loop, path, std::move(handler), std::move(lost)));
    } catch (const zmq::error_t& error) {
        return failed("listen on", path, error);
    }
}

Router::Router(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, const std::string& path, Handler handler, Lost lost)
    : socket_(std::move(socket)), path_(path), file_(FileId::at(path)), handler_(std::move(handler)), lost_(std::move(lost)),
      poll_(std::make_unique<uv::Poll>(loop, socket_->get(zmq::sockopt::fd), [this] { drain(); })),
      prepare_(std::make_unique<uv::Prepare>(loop, [this] { end_round(); })),
      rest_(std::make_unique<uv::Idle>(loop, [this] { drain(); })),
      on_due_(std::make_unique<uv::Timer>(loop, [this] { due_ = true; })) {}

Router::~Router() = default;

// The former listener stays until the end: to unbind it is done later, by another thread, and removes the name once more.
Status Router::renew() {
    if (FileId::at(path_) == file_) return {};
    try {
        socket_->bind("ipc://" + path_);
    } catch (const zmq::error_t& error) {
        return failed("listen on", path_, error);
    }
    file_ = FileId::at(path_);
    fresh_ = true;
    return {};
}

// The descriptor won't speak up again for what is left over. What a peer has sent in one round may be too much for one turn, too.
void Router::drain() {
    zmq::message_t part;
    rest_->start();
    for (const auto until = Clock::now() + share; Clock::now() < until;) {
        if (!receive(*socket_, part)) return rest_->stop();
        const bool first = !std::exchange(within_, part.more());
        if (first) from_ = part.to_string();
        else handler_(from_, part.to_string_view());
        if (!within_) flush();
    }
}

void Router::send(std::string_view peer, std::string message) {
    add(peer, std::move(message));
    due_ = true;
}

void Router::send_soon(std::string_view peer, std::string message) {
    if (outgoing_.empty()) on_due_->start_ms(soon_ms);
    add(peer, std::move(message));
}

void Router::add(std::string_view peer, std::string message) {
    const auto same = [&](const Outgoing& outgoing) { return outgoing.peer == peer; };
    const auto found = std::find_if(outgoing_.begin(), outgoing_.end(), same);
    if (found != outgoing_.end()) return found->messages.push_back(std::move(message));
    Outgoing first{std::string(peer), {}};
    first.messages.push_back(std::move(message));
    outgoing_.push_back(std::move(first));
}

void Router::end_round() {
    if (!flush() && !std::exchange(fresh_, false)) return;
    drain();
}

bool Router::flush() {
    if (!std::exchange(due_, false)) return false;
    on_due_->stop();
    for (const auto& outgoing : std::exchange(outgoing_, {}))
        if (!send_all(*socket_, &outgoing.peer, outgoing.messages) && lost_) lost_(outgoing.peer);
    return true;
}

Result<std::unique_ptr<Dealer>> Dealer::connect(Context& context, uv::Loop& loop, const std::string& path,
                                                const std::string& identity, Handler handler) {
    try {
        auto socket = std::make_unique<zmq::socket_t>(context.get(), zmq::socket_type::dealer);
        prepare_socket(*socket);
        if (!identity.empty()) socket->set(zmq::sockopt::routing_id, identity);
        socket->set(zmq::sockopt::reconnect_ivl, 20);
        socket->connect("ipc://" + path);
        return std::unique_ptr<Dealer>(new Dealer(std::move(socket), loop, std::move(handler)));
    } catch (const zmq::error_t& error) {
        return failed("connect to", path, error);
    }
}

Dealer::Dealer(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, Handler handler)
    : socket_(std::move(socket)), handler_(std::move(handler)),
      poll_(std::make_unique<uv::Poll>(loop, socket_->get(zmq::sockopt::fd), [this] { drain(); })),
      prepare_(std::make_unique<uv::Prepare>(loop, [this] { end_round(); })),
      rest_(std::make_unique<uv::Idle>(loop, [this] { drain(); })) {}

Dealer::~Dealer() = default;

void Dealer::drain() {
    zmq::message_t message;
    rest_->start();
    for (const auto until = Clock::now() + share; Clock::now() < until;) {
        if (!receive(*socket_, message)) return rest_->stop();
        handler_(message.to_string_view());
        if (!message.more()) flush();
    }
}

void Dealer::send(std::string message) { outgoing_.push_back(std::move(message)); }

void Dealer::send_off() {
    if (flush()) fresh_ = true; // the queue is looked at behind it
}

void Dealer::end_round() {
    if (!flush() && !std::exchange(fresh_, false)) return;
    drain();
}

bool Dealer::flush() {
    if (outgoing_.empty()) return false;
    if (const auto messages = std::exchange(outgoing_, {}); !send_all(*socket_, nullptr, messages))
        log::err("{} messages to another process of ours are lost: its queue is full", messages.size());
    return true;
}

} // namespace rtpengine::link
