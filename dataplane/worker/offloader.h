// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "dataplane/offload/eligible.h"
#include "dataplane/offload/offload.h"
#include "dataplane/worker/audit.h"
#include "dataplane/worker/departures.h"
#include "dataplane/worker/ledger.h"
#include "dataplane/worker/spec.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// Moves settled streams into the kernel and back, and keeps their records up to date: docs/dataplane.md, "In
// the kernel". Userspace forwards whatever comes, so nothing here is needed for a packet to arrive. Times are
// monotonic µs.
class Offloader final : public Streams::Listener {
  public:
    // Each stream has its tick: once a turn its counters are read and it is looked at.
    static constexpr std::uint64_t tick_us = 50'000;
    static constexpr unsigned ticks_per_turn = 20, ticks_per_look = 5;
    static constexpr std::uint64_t settle_us = 2'000'000; // nothing may have changed for so long, unless SDP told the source
    static constexpr unsigned looks_at_once = 500;          // at streams that something has happened to, in a tick
    // What a stream may cost the kernel: a change of its rule in change_us, that many at once.
    static constexpr std::uint64_t change_us = 5'000'000;
    static constexpr unsigned changes_at_once = 4;
    static constexpr std::uint64_t first_wait_us = 5'000'000, longest_wait_us = 60'000'000;

    // `offload` null: no kernel table. `addresses`: of this worker's interface; rules for others are other
    // workers'. Records and streams outlive us; the streams tell us of their changes until we go.
    Offloader(Records& records, Streams& streams, std::unique_ptr<offload::Offload> offload,
              std::vector<Address> addresses);
    ~Offloader() override { streams_.listen(nullptr); }
    Offloader(const Offloader&) = delete;
    Offloader& operator=(const Offloader&) = delete;

    // False: there is no kernel table, or no more.
    bool active() const { return active_; }
    std::string name() const { return offload_->name(); }

    // Before a Sync changes anything: takes over the rules that a predecessor left.
    void take_over();
    // The kernel gives the stream back, with its counters.
    void before_change(std::uint32_t slot) override { withdraw(slot); }
    void before_close(std::uint32_t slot) override;
    // The stream was set.
    void changed(std::uint32_t slot, std::uint64_t now_us);
    // The streams learned something.
    void learned(std::span<const std::uint32_t> slots, std::uint64_t now_us);
    // Every tick_us.
    void tick(std::uint64_t now_us);
    // Books what the kernel has counted by now, as each turn does. Nothing, for a stream that isn't there.
    void refresh(const StreamKey& key);

  private:
    struct Seen { // packets so far
        std::uint64_t kernel = 0, handled = 0, user = 0; // handled: of the kernel's, those that it did not leave to us
    };
    struct Entry {
        offload::Rule rule;         // in the kernel; else what it would be
        bool living = false;        // in the kernel
        bool taken_over = false;    // and we know only its key
        bool measured = false;      // `seen` is of this rule
        std::uint64_t since_us = 0; // not living: it would be the same rule since
        std::uint64_t not_before_us = 0, wait_us = first_wait_us;
        std::uint64_t paid_until_us = 0; // with the changes that were made
        state::Path why = state::Path::settling; // until not_before_us
        Seen seen;
        unsigned turns_passed_up = 0; // in which it left us all
        bool looked_at_soon = false;  // with one of the next ticks

        bool may_change(std::uint64_t now_us) const { return paid_until_us <= now_us + (changes_at_once - 1) * change_us; }
    };

    Entry& entry(std::uint32_t slot);
    bool living(std::uint32_t slot) const { return entries_[slot] && entries_[slot]->living; }
    offload::Exit exit_of(const Exit& exit) const;
    std::variant<offload::Rule, state::Path> judge(std::uint32_t slot);
    void look_at(std::uint32_t slot, std::uint64_t now_us);
    void look_soon(std::uint32_t slot, std::uint64_t now_us);
    void look_at_waiting(std::uint64_t now_us);
    bool comes_as_signalled(std::uint32_t slot) const;
    void look_at_living(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us);
    void wait_or_push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us);
    void push(std::uint32_t slot, const offload::Rule& rule, std::uint64_t now_us);
    void pushed(std::uint32_t slot, const offload::Rule& rule);
    void account(std::uint32_t slot, const std::optional<offload::Former>& former);
    void refused(std::uint32_t slot, const Error& error, std::uint64_t now_us);
    void withdraw(std::uint32_t slot);
    void left(std::uint32_t slot);

    bool leads_elsewhere(std::uint32_t slot);
    void turn(std::uint32_t slot, std::uint64_t now_us);
    Result<offload::State> read_rule(std::uint32_t slot);
    void check(std::uint32_t slot, std::uint64_t now_us);
    void put_off(std::uint32_t slot, state::Path why, std::uint64_t now_us);
    void bypassed(std::uint32_t slot, std::uint64_t now_us);
    void passed_up(std::uint32_t slot, std::uint64_t now_us);
    void vanished(std::uint32_t slot, std::uint64_t now_us);
    void audit();
    void lose(const Error& error);
    // True: the table is lost.
    bool failed(const Error& error);

    Records& records_;
    Streams& streams_;
    std::unique_ptr<offload::Offload> offload_;
    Audit audit_;
    Ledger ledger_;
    Departures departures_;
    bool active_ = true, synchronized_ = false;
    std::vector<std::unique_ptr<Entry>> entries_;             // by slot; null: nothing is known of it
    std::unordered_map<std::uint64_t, std::uint32_t> living_; // id -> slot of those in the kernel
    std::vector<offload::Exit> exits_;                        // of the stream that is looked at
    std::deque<std::uint32_t> soon_;                          // slots
    std::uint64_t ticks_ = 0, warn_after_us_ = 0;
    unsigned budget_ = 0; // changes that may still be made in this tick
};

} // namespace rtpengine::dataplane
