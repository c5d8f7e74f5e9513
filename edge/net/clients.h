// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "common/base/trouble.h"
#include "common/uv/loop.h"
#include "edge/net/connection.h"

namespace rtpengine::edge {

// All connections, and what they may take of us together.
class Clients final : public Owner {
  public:
    // `most`: connections. Where one more comes, the one goes that was silent longest and waits for nothing.
    Clients(uv::Loop& loop, std::size_t most);
    ~Clients() override;

    // Room is made for it. nullptr: all are at work.
    Connection* add(std::unique_ptr<Channel> channel, const Endpoint& peer);
    bool drop_oldest(); // false: there is none that is idle
    // Each session that had no room may have some now.
    void again();
    void each(const std::function<void(Connection&)>& visit);
    std::size_t size() const { return alive_; }
    bool is_idle() const;

    void active(Connection& connection) override;
    void over(Connection& connection) override;
    void due(Connection& connection) override;
    bool count(std::int64_t bytes) override;

  private:
    using List = std::list<std::unique_ptr<Connection>>;
    void bury();
    void flush();

    uv::Loop& loop_;
    const std::size_t most_;
    List all_; // who was silent longest comes first
    std::unordered_map<const Connection*, List::iterator> places_;
    std::vector<List::iterator> dead_; // they may still be at work
    std::size_t alive_ = 0;
    std::uint64_t waiting_bytes_ = 0, next_id_ = 1;
    std::uint64_t dropped_ = 0, dropped_said_ms_ = 0;
    std::vector<Connection*> due_;
    uv::Idle on_due_;
    uv::Timer tick_;
    uv::Prepare on_round_;
};

} // namespace rtpengine::edge
