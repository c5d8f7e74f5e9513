// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/topology.h"
#include "bench/ng/requests.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rtpengine::bench {

// What a stretch of requests came to.
struct Answers {
    std::uint64_t requests = 0;
    std::uint64_t repeated = 0; // sent once more after half a second
    std::uint64_t wrong = 0;
    std::string first_fault;
    double seconds = 0;
    std::array<std::vector<std::uint32_t>, verbs> delays_us;

    double percentile_us(Verb verb, double fraction) const;
};

// Keeps a number of calls in flight: each one's verbs one after another, the next as soon as the last is answered.
class Load {
  public:
    static Result<Load> connect(const Netns& proxy, std::uint16_t port, std::size_t in_flight, bool srtp = false);

    // Every call from `first` on goes through `steps`; no new one is begun after `count` calls or when the time is over.
    Answers run(const std::vector<Verb>& steps, std::uint32_t first, std::uint32_t count, double seconds);

  private:
    struct Slot {
        std::uint32_t call = 0;
        std::size_t step = 0;
        std::string cookie, datagram; // empty: nothing on its way
        std::int64_t sent_ns = 0, first_sent_ns = 0;
    };
    struct Buffers;
    struct Run;

    Load(Fd socket, std::size_t in_flight, bool srtp);
    void begin(Run& run, Slot& slot);
    void ask(Run& run, Slot& slot);
    void receive(Run& run);
    void take(Run& run, std::string_view message);
    void check(Run& run, const Slot& slot, Verb verb, std::string_view body);
    void repeat_late(Run& run);
    void flush();

    Fd socket_;
    std::vector<Slot> slots_;
    std::vector<Slot*> to_send_;
    std::shared_ptr<Buffers> buffers_;
    bool srtp_; // on the callees' side
    std::uint64_t serial_ = 0;
    std::vector<std::uint32_t> owners_;                       // call + 1 by port of the proxy, 0: none
    std::vector<std::array<std::uint16_t, 2>> ports_; // by call
};

} // namespace rtpengine::bench
