// SPDX-License-Identifier: Apache-2.0
// ZeroMQ sockets on the loop: what arrives is handed over as (peer's name, bytes of one protobuf message).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/uv/loop.h"

namespace zmq {
class context_t;
class socket_t;
} // namespace zmq

namespace rtpengine::link {

// One a process; outlives its sockets.
class Context {
  public:
    Context();
    ~Context();
    zmq::context_t& get() { return *context_; }

  private:
    std::unique_ptr<zmq::context_t> context_;
};

// A bound ROUTER: peers are known by the identity they connect with.
class Router {
  public:
    using Handler = std::function<void(std::string_view peer, std::string_view message)>;
    // Binds ipc://`path`. The file is replaced when it exists.
    static Result<std::unique_ptr<Router>> bind(Context& context, uv::Loop& loop, const std::string& path, Handler handler);
    ~Router();
    // False: no such peer is connected (or its queue is full); the message is gone.
    bool send(std::string_view peer, std::string_view message);

  private:
    Router(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, Handler handler);
    void drain();

    std::unique_ptr<zmq::socket_t> socket_;
    Handler handler_;
    std::unique_ptr<uv::Poll> poll_;
    std::unique_ptr<uv::Prepare> prepare_;
};

// A connecting DEALER. It reconnects by itself for as long as it lives; messages sent meanwhile wait.
class Dealer {
  public:
    using Handler = std::function<void(std::string_view message)>;
    // `identity` empty: ZeroMQ makes one up.
    static Result<std::unique_ptr<Dealer>> connect(Context& context, uv::Loop& loop, const std::string& path,
                                                   const std::string& identity, Handler handler);
    ~Dealer();
    bool send(std::string_view message);

  private:
    Dealer(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, Handler handler);
    void drain();

    std::unique_ptr<zmq::socket_t> socket_;
    Handler handler_;
    std::unique_ptr<uv::Poll> poll_;
    std::unique_ptr<uv::Prepare> prepare_;
};

} // namespace rtpengine::link
