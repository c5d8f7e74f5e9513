// SPDX-License-Identifier: Apache-2.0
#include "common/link/socket.h"

#include <zmq.hpp>

namespace rtpengine::link {

namespace {

Error failed(const char* what, const std::string& path, const zmq::error_t& error) {
    return {std::string("cannot ") + what + " " + path + ": " + error.what(), error.num()};
}

bool readable(zmq::socket_t& socket) { return socket.get(zmq::sockopt::events) & ZMQ_POLLIN; }

void prepare_socket(zmq::socket_t& socket) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::sndhwm, 100000);
    socket.set(zmq::sockopt::rcvhwm, 100000);
}

} // namespace

Context::Context() : context_(std::make_unique<zmq::context_t>(1)) {}
Context::~Context() = default;

Result<std::unique_ptr<Router>> Router::bind(Context& context, uv::Loop& loop, const std::string& path,
                                             Handler handler) {
    try {
        auto socket = std::make_unique<zmq::socket_t>(context.get(), zmq::socket_type::router);
        prepare_socket(*socket);
        socket->set(zmq::sockopt::router_mandatory, true);
        socket->set(zmq::sockopt::router_handover, true); // a restarted peer takes its name over
        socket->bind("ipc://" + path);
        return std::unique_ptr<Router>(new Router(std::move(socket), loop, std::move(handler)));
    } catch (const zmq::error_t& error) {
        return failed("listen on", path, error);
    }
}

// ZeroMQ's descriptor is edge-triggered and any call on the socket may use up its edge; so the queue is looked at
// before every wait too.
Router::Router(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, Handler handler)
    : socket_(std::move(socket)), handler_(std::move(handler)),
      poll_(std::make_unique<uv::Poll>(loop, socket_->get(zmq::sockopt::fd), [this] { drain(); })),
      prepare_(std::make_unique<uv::Prepare>(loop, [this] { drain(); })) {}

Router::~Router() = default;

void Router::drain() {
    while (readable(*socket_)) {
        zmq::message_t peer, message;
        if (!socket_->recv(peer, zmq::recv_flags::dontwait) || !peer.more()) continue;
        if (!socket_->recv(message, zmq::recv_flags::dontwait)) continue;
        while (message.more() && socket_->recv(message, zmq::recv_flags::dontwait)) {}
        handler_(peer.to_string_view(), message.to_string_view());
    }
}

bool Router::send(std::string_view peer, std::string_view message) {
    try {
        return socket_->send(zmq::buffer(peer), zmq::send_flags::sndmore | zmq::send_flags::dontwait) &&
               socket_->send(zmq::buffer(message), zmq::send_flags::dontwait);
    } catch (const zmq::error_t&) { // EHOSTUNREACH: router_mandatory says that the peer is not there
        return false;
    }
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
      prepare_(std::make_unique<uv::Prepare>(loop, [this] { drain(); })) {}

Dealer::~Dealer() = default;

void Dealer::drain() {
    while (readable(*socket_)) {
        zmq::message_t message;
        if (!socket_->recv(message, zmq::recv_flags::dontwait)) return;
        while (message.more() && socket_->recv(message, zmq::recv_flags::dontwait)) {}
        handler_(message.to_string_view());
    }
}

bool Dealer::send(std::string_view message) {
    try {
        return socket_->send(zmq::buffer(message), zmq::send_flags::dontwait).has_value();
    } catch (const zmq::error_t&) {
        return false;
    }
}

} // namespace rtpengine::link
