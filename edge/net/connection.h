// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/endpoint.h"
#include "common/uv/loop.h"
#include "common/uv/watch.h"
#include "edge/net/channel.h"
#include "edge/net/session.h"

namespace rtpengine::edge {

class Connection;

// Whom connections belong to.
class Owner {
  public:
    virtual ~Owner() = default;
    virtual void active(Connection& connection) = 0; // its client said something
    virtual void over(Connection& connection) = 0;   // to be destroyed, later
    virtual void due(Connection& connection) = 0;    // to be flushed, in the next round
    // Bytes that wait in all connections have changed by this; false: that is too many.
    virtual bool count(std::int64_t bytes) = 0;
};

// One client. Nothing waits for it: what it doesn't read waits in memory, within bounds, and while there is much of that, or its
// session is full, nothing is read from it.
class Connection {
  public:
    // `owner` outlives it.
    Connection(uv::Loop& loop, std::unique_ptr<Channel> channel, const Endpoint& peer, Owner& owner);
    ~Connection();
    Connection(const Connection&) = delete;

    void begin(std::unique_ptr<Session> session);
    // Another one goes on with what has come and isn't used: not within take() of the present one, unless it is its last deed.
    void change(std::unique_ptr<Session> session) { next_ = std::move(session); }
    void send(std::string_view bytes); // with what else is sent in this round
    void flush() { settle(); } // what was sent leaves, as far as the client takes it
    void end();               // when what was sent has left
    void close(const char* why); // now, with a line in the log; null: without
    void again();             // the session has room, or has answered
    void tick();              // every second: ends it when its client takes too long
    const Endpoint& peer() const { return peer_; }
    bool is_over() const { return over_; }
    bool is_idle() const { return (!session_ || session_->is_idle()) && output_.empty(); }
    std::uint64_t id() const { return id_; }
    void set_id(std::uint64_t id) { id_ = id; }

  private:
    void ready();
    void be_due();
    bool wants_input() const;
    void read();
    void process();
    void write();
    void refuse(const std::string& why);
    void say(std::string_view why) const;
    void settle();
    void account();

    uv::Loop& loop_;
    std::unique_ptr<Channel> channel_;
    const Endpoint peer_;
    Owner& owner_;
    std::uint64_t id_ = 0;
    std::unique_ptr<Session> session_, next_;
    std::string input_, output_;
    std::size_t sent_ = 0;     // of the output
    std::size_t counted_ = 0;  // bytes that the owner knows of
    std::uint64_t since_ms_;   // its client is waited for
    std::uint64_t written_ms_; // it took something last
    bool input_ended_ = false, refused_ = false, ending_ = false, finished_ = false, over_ = false, busy_ = false, begun_ = false, due_ = false;
    uv::Watch watch_;
};

} // namespace rtpengine::edge
