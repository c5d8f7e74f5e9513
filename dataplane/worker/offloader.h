// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/offload/eligible.h"
#include "dataplane/worker/kernel_rules.h"
#include "dataplane/spec.h"
#include "dataplane/worker/standing.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// Moves settled streams into the kernel and back, and keeps their records up to date: docs/dataplane.md, "In
// the kernel". Userspace forwards whatever comes, so nothing here is needed for a packet to arrive. It is who asks
// when: Standing decides, KernelRules does. Times are monotonic µs.
class Offloader final : public Streams::Listener {
  public:
    // Each stream has its tick: once a turn its counters are read and it is looked at.
    static constexpr std::uint64_t tick_us = 50'000;
    static constexpr unsigned ticks_per_turn = 20, ticks_per_look = 5;
    static constexpr unsigned piece = 16; // streams that are looked at in one go
    static constexpr unsigned looks_at_once = 500; // at streams that something has happened to, in a tick

    // `offload` null: no kernel table. `addresses`: of this worker's interface; rules for others are other
    // workers'. Records and streams outlive us; the streams tell us of their changes until we go.
    Offloader(Records& records, Streams& streams, std::unique_ptr<offload::Offload> offload,
              std::vector<Address> addresses);
    ~Offloader() override { streams_.listen(nullptr); }
    Offloader(const Offloader&) = delete;
    Offloader& operator=(const Offloader&) = delete;

    // False: there is no kernel table, or no more.
    bool active() const { return kernel_.active(); }
    std::string name() const { return kernel_.name(); }

    // With the first Sync. The rules that a predecessor left are taken over as their streams are set or closed.
    void take_over() { synchronized_ = true; }
    // The kernel gives the stream back, with its counters.
    void before_change(std::uint32_t slot) override { withdraw(slot); }
    void before_close(std::uint32_t slot) override;
    // The stream was set.
    void changed(std::uint32_t slot, std::uint64_t now_us);
    // The streams learned something.
    void learned(std::span<const std::uint32_t> slots, std::uint64_t now_us);
    // Packets wait for these to come back.
    void recall(std::span<const std::uint32_t> slots, std::uint64_t now_us);
    void collect() { kernel_.collect(piece); }
    // Blocks until the kernel has given back what a predecessor was calling back, or as long as that may take: what has come for those streams
    // meanwhile is more than can wait for them.
    void await_returns();
    // Every tick_us, unless the former tick isn't through. Then go_on() until it says that it is: each time it looks at a few
    // streams, some 10 µs each.
    void begin_tick();
    bool go_on(std::uint64_t now_us);
    // Books what the kernel has counted by now, as each turn does. Nothing, for a stream that isn't there.
    void refresh(const StreamKey& key);

  private:
    Standing& standing(std::uint32_t slot);
    bool living(std::uint32_t slot) { return active() && records_.record(slot) && standing(slot).living(); }
    offload::Exit exit_of(const Exit& exit) const;
    bool secures(const Stream& stream) const;
    Standing::Wanted wanted(std::uint32_t slot);
    Standing::Circumstances circumstances(std::uint32_t slot, const Standing::Wanted& wanted) const;

    void look_at(std::uint32_t slot, std::uint64_t now_us);
    void look_soon(std::uint32_t slot, std::uint64_t now_us);
    bool look_at_waiting(std::uint64_t now_us);
    bool visit(std::uint64_t now_us);
    bool visit(std::uint32_t slot, std::uint64_t now_us);
    bool leads_elsewhere(std::uint32_t slot);
    void turn(std::uint32_t slot, std::uint64_t now_us);
    void check(std::uint32_t slot, std::uint64_t now_us);
    void take_back(std::uint32_t slot, state::Path why, std::uint64_t now_us);

    void adopt(std::uint32_t slot);
    void push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us);
    void refused(std::uint32_t slot, const Error& error, std::uint64_t now_us);
    void withdraw(std::uint32_t slot);
    void vanished(std::uint32_t slot, std::uint64_t now_us);
    void put_off(std::uint32_t slot, state::Path why, std::uint64_t now_us);

    Records& records_;
    Streams& streams_;
    KernelRules kernel_;
    bool synchronized_ = false;
    std::vector<std::unique_ptr<Standing>> standings_; // by slot; null: its record tells
    std::vector<offload::Exit> exits_;                 // of the stream that is looked at
    std::deque<std::uint32_t> soon_;                   // slots
    std::uint64_t ticks_ = 0, warn_after_us_ = 0;
    // What is left of this tick:
    unsigned budget_ = 0; // changes that may still be made
    unsigned looks_ = 0;  // at those in `soon_`
    std::size_t place_ = 0; // among the open streams
};

} // namespace rtpengine::dataplane
