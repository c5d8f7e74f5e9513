// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "edge/admission.h"
#include "edge/net/connection.h"
#include "edge/ng/stream.h"
#include "edge/replies.h"

namespace rtpengine::edge {

// NG over TCP.
class NgSession final : public Session {
  public:
    static constexpr std::size_t most_open = 64; // requests without an answer
    // All outlive it. Where there are tokens the first message must have one, as key `token`.
    NgSession(Connection& connection, ControlLink& control, const Admission& admission);

    Result<std::size_t> take(std::string_view input) override;
    bool is_full() const override { return refused_ || replies_.open_places() >= most_open || control_.is_full(); }
    bool is_idle() const override { return replies_.open_places() == 0; }
    std::uint64_t patience_ms(bool begun) const override { return begun ? 10'000 : 0; }

  private:
    void ask(std::string_view message);
    void refuse(std::string_view message);

    Connection& connection_;
    ControlLink& control_;
    MessageEnd end_;
    Replies replies_;
    const Admission& admission_;
    bool admitted_, refused_ = false;
};

} // namespace rtpengine::edge
