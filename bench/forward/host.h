// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/topology.h"
#include "bench/forward/mark.h"
#include "bench/forward/opener.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <sys/socket.h>

namespace rtpengine::bench {

constexpr std::size_t max_burst = 64;

// One direction of one call, as its sender sees it.
struct Stream {
    in_addr from{};
    sockaddr_in to{};
    std::uint32_t id = 0; // SSRC, and the index among all streams
    std::uint16_t sequence = 0;
    std::int64_t sent_ns = 0; // the latest packet, CLOCK_REALTIME
    std::optional<Sealer> sealer = {}; // of who sends SRTP
};

// A packet as it came in.
struct Arrival {
    std::uint32_t stream = 0;
    std::optional<Mark> mark;           // of what is not protected
    std::span<std::uint8_t> packet;     // of what is: all of it while packets are checked, else the beginning
    std::int64_t at_ns = 0;             // when it came to the host's stack
    in_addr destination{};              // only while packets are checked
};

// One end of the traffic: a single socket that sends as any of its host's addresses and receives for all.
class Host {
  public:
    static Result<Host> open(const Netns& host);

    // Sends one packet of each stream, in one call; how many the stack took.
    std::size_t send(std::span<Stream*> streams, std::uint32_t run);
    // Everything that waits in the socket.
    void receive(const std::function<void(const Arrival&)>& each);
    // Kernel timestamps cost little; destination addresses and whole packets are only asked for while they are checked.
    void check(bool on);
    int fd() const { return socket_.get(); }

  private:
    explicit Host(Fd socket);
    struct Buffers;
    Fd socket_;
    std::shared_ptr<Buffers> buffers_;
};

} // namespace rtpengine::bench
