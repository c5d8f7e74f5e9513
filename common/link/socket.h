// SPDX-License-Identifier: Apache-2.0
// ZeroMQ sockets on the loop: what arrives is handed over as (peer's name, bytes of one protobuf message).
// What is sent in one round of the loop, or in answer to one message, leaves at the end of it as the parts of one ZeroMQ
// message for each peer: a message costs several system calls and wakes up three threads, one more part nothing of the kind.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/file_id.h"
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
    using Lost = std::function<void(std::string_view peer)>;
    // Binds ipc://`path`. The file is replaced when it exists. `lost`: no such peer is connected (or its queue is full);
    // what was sent to it in this round is gone.
    static Result<std::unique_ptr<Router>> bind(Context& context, uv::Loop& loop, const std::string& path, Handler handler,
                                                Lost lost = {});
    ~Router();
    void send(std::string_view peer, std::string message);
    // Leaves with the next one that is sent, at the latest after `soon_ms`: for what nobody waits for. Nothing overtakes anything.
    void send_soon(std::string_view peer, std::string message);
    static constexpr std::uint64_t soon_ms = 2;
    // Where somebody has removed the file: makes it again. Who is connected stays so.
    Status renew();

  private:
    struct Outgoing {
        std::string peer;
        std::vector<std::string> messages;
    };

    Router(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, const std::string& path, Handler handler, Lost lost);
    void drain();
    void end_round();
    void add(std::string_view peer, std::string message);
    bool flush(); // false: there was nothing to send

    std::unique_ptr<zmq::socket_t> socket_;
    std::string path_;
    FileId file_; // that it is bound to
    Handler handler_;
    Lost lost_;
    std::vector<Outgoing> outgoing_;
    bool due_ = false; // they leave at the end of the round
    std::string from_;    // whose message is being read
    bool within_ = false; // there is more of it
    bool fresh_ = true;
    std::unique_ptr<uv::Poll> poll_;
    std::unique_ptr<uv::Prepare> prepare_;
    std::unique_ptr<uv::Idle> rest_; // of the messages: what is too much for one turn
    std::unique_ptr<uv::Timer> on_due_;
};

// A connecting DEALER. It reconnects by itself for as long as it lives; messages sent meanwhile wait.
class Dealer {
  public:
    using Handler = std::function<void(std::string_view message)>;
    // `identity` empty: ZeroMQ makes one up.
    static Result<std::unique_ptr<Dealer>> connect(Context& context, uv::Loop& loop, const std::string& path,
                                                   const std::string& identity, Handler handler);
    ~Dealer();
    void send(std::string message);
    // What was sent in this round leaves now: the peer begins while we go on.
    void send_off();

  private:
    Dealer(std::unique_ptr<zmq::socket_t> socket, uv::Loop& loop, Handler handler);
    void drain();
    void end_round();
    bool flush(); // false: there was nothing to send

    std::unique_ptr<zmq::socket_t> socket_;
    Handler handler_;
    std::vector<std::string> outgoing_;
    bool fresh_ = true;
    std::unique_ptr<uv::Poll> poll_;
    std::unique_ptr<uv::Prepare> prepare_;
    std::unique_ptr<uv::Idle> rest_; // of the messages: what is too much for one turn
};

} // namespace rtpengine::link
