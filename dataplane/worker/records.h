// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "common/srtp/source.h"
#include "common/state/announcements.h"
#include "common/state/view.h"
#include "common/state/writer.h"
#include "dataplane/flow/rule.h"
#include "dataplane/worker/elsewhere.h"

namespace rtpengine::dataplane {

// Descriptors of state files by worker of any instance, -1: none of ours. They stay the caller's.
struct StateFiles {
    int own = -1;            // writable
    std::vector<int> others; // readable; our own may be among them
    std::vector<int> announced = {}; // readable: state::Announcements by worker, our own too; -1, or none: nobody announces anything
};

// The state files of all workers: our own to write, the others' to read where their streams send to.
class Records {
  public:
    // So long a closed stream's figures stay, in turns: longer than control waits for what it asked for. Slots are looked at one
    // part after the other, so it may be so many more.
    static constexpr std::uint32_t kept_turns = 100, sweep_turns = 10;

    // `own` < files.others.size() is our place among them.
    static Result<Records> open(const StateFiles& files, std::uint32_t own);
    // Whether open() would do, as far as that can be seen while a predecessor still writes: nothing is touched.
    static Status readable(const StateFiles& files, std::uint32_t own);

    std::uint32_t own() const { return own_; }
    std::uint32_t slots() const { return writer_.map().slots(); }
    state::Header& header() { return writer_.map().header(); }
    // As it stands in the header: for who does nothing of a turn that could be undone.
    srtp::Turn turn_now() { return {header().turns.begun.get(), header().turns.settled.get()}; }
    state::Journal& journal() { return writer_.map().journal(); }
    // Of any worker; nullptr: no such worker. Slots of its records are those of exit().
    const state::Announcements* announced(std::uint32_t worker) const {
        return worker < announced_.size() && announced_[worker] ? &*announced_[worker] : nullptr;
    }
    state::Writer& writer() { return writer_; }
    const Elsewhere& sent_elsewhere() const { return elsewhere_; }
    // nullptr: out of range, or nothing was opened there.
    state::StreamRecord* record(std::uint32_t slot) { return writer_.record(slot); }
    // Of any worker, when all of them have their place in memory; nullptr: no such worker, or no slot of its.
    const state::Map* exit(std::uint32_t worker, std::uint32_t slot) const;
    // Calls visit(slot, id) for every record of ours that has an id.
    void each_living(const std::function<void(std::uint32_t, std::uint64_t)>& visit) const;
    // Ids of all streams that other workers have.
    std::unordered_set<std::uint64_t> elsewhere() const;

    // Memory for so many streams, sinks and protections (of what is received, and is sent) more, or an error. And some for what packets may bring, where there is any.
    Status prepare(std::size_t streams, std::size_t sinks, std::size_t protections);
    // A record for the stream `owner`, with id 0; prepare() was there before.
    state::StreamRecord& make(std::uint32_t slot, std::uint64_t owner);
    // It has no id any more. Its figures stay for a while.
    void close(std::uint32_t slot);
    // From time to time: what was closed long ago goes, and the memory that packets took is there again.
    void turn();

  private:
    Records(state::Writer writer, std::uint32_t own);
    Status open_announced(const StateFiles& files);
    void prepare_for_packets();
    void forget(std::uint32_t slot);

    state::Writer writer_;
    std::vector<std::optional<state::Announcements>> announced_; // by worker
    std::vector<std::optional<state::Map>> others_; // by worker
    Elsewhere elsewhere_; // those
    std::uint32_t own_;
    // By slot: the turn in which it was closed, as long as its figures stay; 0: they don't wait. However fast calls come and go, it is as large.
    std::vector<std::uint32_t> closed_;
    std::uint32_t swept_ = 0; // the slot to go on with
    std::uint32_t turns_ = 1; // for 13 years
};

// Between a record and the values that flow::decide() works on. `now_us`: CLOCK_BOOTTIME.
flow::Learned load_learned(const state::StreamRecord& record, std::uint64_t now_us);
void store_learned(state::StreamRecord& record, const flow::Rule& rule, const flow::Learned& learned);
// Its kernel part, which is made first where there is none. nullptr: no memory.
state::KernelRecord* make_kernel_part(state::Writer& writer, state::StreamRecord& record);
// Where what was decided about its packets is counted, which is made first likewise; doesn't allocate. nullptr: none is ready.
state::DecisionsRecord* decisions_of(state::Writer& writer, state::StreamRecord& record);

// Where a stream's peer is to be sent to; nullopt: nowhere (closed, not known, held by a zero address,
// NAT-wait).
inline std::optional<Endpoint> destination(const state::StreamRecord& record, std::uint64_t stream) {
    if (record.id.get() != stream || (record.flags.get() & state::waiting)) return std::nullopt;
    const auto remote = state::load_remote(record);
    if (!remote.known() || remote.address.is_unspecified()) return std::nullopt;
    return remote;
}

} // namespace rtpengine::dataplane
