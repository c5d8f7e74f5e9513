// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/forward/host.h"
#include "bench/common/ng_client.h"
#include "bench/forward/opener.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace rtpengine::bench {

struct Pace {
    double packets_per_second = 0; // both directions together
    double seconds = 0;
    std::size_t burst = 0; // packets in one sending call, on each side
};

// The calls of one instance of the daemon.
struct Share {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::int64_t longest_gap_ns = 0; // between two packets of a stream at its receiver
};

// What one stretch of traffic came to.
struct Tally {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t duplicates_or_strays = 0; // more than was sent on a stream, or a stream that isn't ours
    std::uint64_t misdelivered = 0;         // at the wrong address; only counted when checked
    std::int64_t latest_tick_ns = 0;        // how far the generator fell behind its own schedule
    std::vector<std::uint32_t> delays_ns;
    std::vector<Share> shares; // by instance

    std::uint64_t lost() const { return sent > received ? sent - received : 0; }
    // Microseconds; 0 without samples. Reorders the samples.
    double percentile_us(double fraction);
};

// What sending alone came to.
struct Flood {
    std::uint64_t sent = 0;
    std::int64_t latest_tick_ns = 0; // as in Tally
};

// The calling thread keeps its schedule whatever other processes do; where that isn't allowed its lag shows.
void run_on_time();

// Both hosts' sockets and every stream between them, driven by one thread.
class Traffic {
  public:
    // `calls` of two streams each; without ports the streams go straight to the other party (calibration).
    // Call N belongs to instance N % `instances`. `one_way`: callees send nothing.
    static Result<Traffic> create(const Topology& hosts, std::uint32_t calls, std::uint32_t instances, bool one_way);
    // With keys, what comes to the callee has to be protected by them ...
    Status use_ports(std::uint32_t call, const CallPorts& ports);
    // ... or by these, and what it sends is.
    Status use_keys(std::uint32_t call, const SrtpKeys& keys);
    // Callees go on protecting what they send, so that it costs the same.
    void go_direct();
    Status seal_all();

    // Sends only, each side by a thread of its own: nobody looks what arrives.
    Flood flood(const Pace& pace);
    // Sends evenly for the given time and waits for the stragglers. `check` verifies each packet's address.
    Tally run(const Pace& pace, bool check);

  private:
    Traffic(Host caller, Host callee, std::uint32_t calls, std::uint32_t instances, bool one_way);
    Share& share_of(std::uint32_t stream, Tally& tally) const { return tally.shares[stream / 2 % instances_]; }
    void choose(Side from, std::span<Stream*> burst); // the streams whose turn it is
    void send_burst(Side from, std::size_t burst, Tally& tally);
    Flood flood_from(Side from, const Pace& pace);
    void collect(Tally& tally, bool check);
    void wait_for_stragglers(Tally& tally, bool check);
    void count(const Arrival& arrival, Side at, Tally& tally, bool check);
    bool is_right(const Arrival& arrival, Side at, bool check) const;
    std::int64_t sent_ns(const Arrival& arrival) const;

    std::array<Host, 2> hosts_;
    std::array<std::vector<Stream>, 2> streams_; // by sending side, index: call
    std::array<std::size_t, 2> next_{};
    std::vector<std::uint32_t> pending_; // by stream id: sent and not yet arrived in this run
    std::vector<std::int64_t> last_ns_;  // by stream id: when its latest packet came in this run; 0: none has
    std::vector<std::optional<Opener>> openers_; // by call: the callee's, if it has SRTP
    std::uint32_t instances_;
    bool one_way_;
    std::uint32_t run_ = 0;
};

} // namespace rtpengine::bench
