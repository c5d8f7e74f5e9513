// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "dataplane/io/owned_packet.h"
#include "dataplane/timing/wheel.h"

namespace rtpengine::dataplane {

class Waiting;

// Packets of one stream that wait for rules, in their order. There is none without a packet. It is the stream's: who closes
// that, drops them.
class Line {
  public:
    static constexpr std::size_t longest = 64; // packets; a usual stream has 50 a second, and what came while a worker was halted comes at once
    static constexpr std::uint64_t patience_ms = 500;

    Line(Waiting& waiting, std::uint32_t slot);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    std::uint32_t slot() const { return slot_; }
    // Not for ever: whoever was to send the rules may have died.
    bool patient() const { return patience_.waits(); }
    bool empty() const { return count_ == 0; }
    bool full() const { return count_ == longest; }
    void push(io::PacketPool::Handle packet); // not when full
    io::PacketPool::Handle pop();             // the first one; not when empty

  private:
    Waiting& waiting_;
    const std::uint32_t slot_;
    timing::Timer patience_;
    std::array<io::PacketPool::Handle, longest> packets_; // a ring
    std::size_t first_ = 0, count_ = 0;
};

using LineHandle = Pool<Line>::Handle;

// Packets that came between the answer to the SIP proxy and the rules that make it true. Few, and not for long. While there are
// some, somebody looks every millisecond whether they may go: rules of other workers come to those, not to us.
class Waiting {
  public:
    static constexpr std::size_t capacity = 128; // packets, of all streams
    static constexpr std::uint64_t look_ms = 1;

    // `look`: calls each().
    Waiting(timing::Wheel& wheel, std::function<void()> look);

    bool any() const { return !lines_.empty(); }
    // Behind those in `line`, which is that of the packet's stream; if there is none yet, it is made. The first of the line goes
    // where there is no room otherwise. False: no room, or it is too long to wait.
    bool add(LineHandle& line, const io::Packet& packet);
    // Calls visit(slot) for each stream with a line, which it may end.
    template <class Visit> void each(Visit visit) {
        for (auto i = lines_.size(); i-- > 0;) visit(lines_[i]->slot());
    }

  private:
    friend Line;
    void looked();

    timing::Wheel& wheel_;
    std::function<void()> look_;
    timing::Timer next_look_;
    io::PacketPool packets_{capacity};
    Pool<Line> pool_{capacity};
    std::vector<Line*> lines_; // that there are
};

} // namespace rtpengine::dataplane
