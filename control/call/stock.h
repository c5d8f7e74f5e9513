// SPDX-License-Identifier: Apache-2.0
// Ports in advance: a request takes open ones, and needn't wait for a worker.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "control/call/opener.h"

namespace rtpengine::call {

// Of one instance. Keeps pairs (RTP even, RTCP beside it) for each of its addresses, as many as requests have needed lately, but
// never more than a small part of what is free.
class Stock {
  public:
    // All of them outlive the stock.
    Stock(worker::Workers& workers, StreamIds& ids, uv::Loop& loop, const ports::Interfaces& interfaces, Patience patience);

    // So many open ports in a row, even when it is more than one. Empty: there are none.
    DarkRuns take(ports::LocalAddress& local, unsigned count);
    DarkRuns take_this(ports::LocalAddress& local, std::uint16_t port);
    // How others are opened.
    Opener& opener() { return opener_; }
    // Open ones that nobody needs.
    void give_back(DarkRuns runs) noexcept;

    // Every now and then; and asks for what is missing, with the end of the loop's round.
    void tick();
    // What is open, or shall be.
    void add_to_sync(unsigned worker, link::Sync& sync) const;
    // A worker doesn't have that port open any more. False: it isn't here.
    bool lost(std::uint64_t stream);

  private:
    struct Shelf { // of one address
        DarkRuns pairs, singles, returned;
        unsigned coming = 0; // pairs
        unsigned level;      // pairs that there shall be
        bool draining = false, ran_dry = false;
        std::uint64_t not_before_ms = 0; // asks for more
        std::uint64_t patient_until_ms = 0;
    };

    DarkRuns take_single(Shelf& shelf);
    void end_round();
    void sort_returned(ports::LocalAddress& local, Shelf& shelf);
    void refill(ports::LocalAddress& local, Shelf& shelf);
    bool waits_for_workers(const ports::LocalAddress& local, Shelf& shelf) const;
    void ask_for(ports::LocalAddress& local, Shelf& shelf, DarkRuns runs);
    DarkRuns reserve_pairs(ports::LocalAddress& local, const Shelf& shelf, unsigned pairs, unsigned share);
    void filled(ports::LocalAddress& local, unsigned asked, DarkRuns open, const Status& status);

    worker::Workers& workers_;
    uv::Loop& loop_;
    Patience patience_;
    std::unordered_map<ports::LocalAddress*, Shelf> shelves_;
    Opener opener_; // goes first: those who wait for it give ports back
    bool look_ = true;     // at the end of the round
    bool at_rest_ = false; // then there shall be exactly what there shall be
    std::uint64_t lowered_ms_ = 0;
    uv::Prepare on_round_;
};

} // namespace rtpengine::call
