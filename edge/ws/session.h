// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "edge/net/connection.h"
#include "edge/replies.h"
#include "edge/shared.h"
#include "edge/ws/frame.h"
#include "edge/ws/upgrade.h"

namespace rtpengine::edge::ws {

// One message asks, one binary message answers, in their order.
class WsSession final : public Session {
  public:
    static constexpr std::size_t most_open = 64; // messages without an answer
    // Both outlive it.
    WsSession(Connection& connection, const Shared& shared, Subprotocol subprotocol);

    Result<std::size_t> take(std::string_view input) override;
    bool is_full() const override { return closed_ || replies_.open_places() >= most_open || shared_.control.is_full(); }
    bool is_idle() const override { return replies_.open_places() == 0; }
    std::uint64_t patience_ms(bool begun) const override { return begun ? 10'000 : 0; }

  private:
    void close(int code);
    Status control_frame(const Frame& frame);
    void message(const std::string& text);
    void run(const std::string& command);
    void ask(const std::string& message);
    void answered();
    void reply(Replies::Place place, std::string_view text) { replies_.fill(place, frame_of(Opcode::binary, text)); }

    Connection& connection_;
    const Shared& shared_;
    const Subprotocol subprotocol_;
    Assembly assembly_;
    Replies replies_;
    bool closed_ = false;
};

} // namespace rtpengine::edge::ws
