// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/off_limits.h"
#include "dataplane/io/egress.h"
#include "dataplane/io/port_set.h"
#include "dataplane/worker/records.h"
#include "dataplane/spec.h"
#include "dataplane/worker/stream.h"

namespace rtpengine::dataplane {

// The open streams of this worker. Changes what control wants changed; the packet path reads it.
class Streams {
  public:
    // Who has taken streams elsewhere hears before what their packets or counters depend on changes.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void before_change(std::uint32_t slot) = 0; // another port, other sinks
        virtual void before_close(std::uint32_t slot) = 0;  // its record goes
    };

    // All of them outlive the streams.
    Streams(Records& records, io::PortSet& ports, io::Egress& egress);

    // Opens the stream or makes it look like `spec`; doing it again changes nothing. `now_us`: CLOCK_BOOTTIME.
    StreamOutcome set(const StreamSpec& spec, std::uint64_t now_us);
    StreamOutcome close(const StreamKey& key);
    // What is set from here on is all that there shall be ...
    void begin_sync() { ++syncs_; }
    // ... and when all of it was: closes everything else, and frees the records that a predecessor left, some of those from this slot
    // on. Returns the slot to go on with, unless another sync has begun; 0: that was all.
    std::uint32_t close_unclaimed(std::uint32_t from);

    // nullptr: nobody. Outlives the streams, or ends it before.
    void listen(Listener* listener) { listener_ = listener; }

    // Slots with an open stream, in no order.
    const std::vector<std::uint32_t>& open() const { return open_; }
    OffLimits& off_limits() { return off_limits_; }
    // Where what is decided about that open stream is counted; nullptr: no memory for it is ready.
    state::DecisionsRecord* decisions(std::uint32_t slot) { return decisions_of(records_.writer(), *streams_[slot].record); }
    // Those that learned something since the list was cleared; the packet path adds to it.
    std::vector<std::uint32_t>& learned() { return learned_; }

    // Those of which packets have come that are the kernel's; likewise.
    std::vector<std::uint32_t>& recalled() { return recalled_; }

    // `slot` < slots(). Its `record` is null when nothing is open there.
    Stream& operator[](std::uint32_t slot) { return streams_[slot]; }
    std::uint32_t slots() const { return static_cast<std::uint32_t>(streams_.size()); }

  private:
    void make_way(const StreamSpec& spec);
    Status prepare(const StreamSpec& spec);
    // Of its `receive` and of its sinks, in their order; those that it has already stay.
    struct Protections {
        std::shared_ptr<Protection> receive;
        std::vector<std::shared_ptr<Protection>> send;
    };
    Result<Protections> protections(const StreamSpec& spec);
    Result<std::shared_ptr<Protection>> make_protection(const Protection::Keys& keys);
    Result<std::shared_ptr<Protection>> protection_of(const std::vector<Exit>& exits, const SinkSpec& sink);
    Status open_port(const StreamSpec& spec);
    void adopt_record(const StreamSpec& spec, std::uint64_t now_us);
    void apply_rule(const StreamSpec& spec, std::uint64_t now_us);
    void set_bundle(Stream& stream, const flow::BundleRule& rule);
    void set_receive(Stream& stream, std::shared_ptr<Protection> receive);
    void set_exits(const StreamSpec& spec, const std::vector<std::shared_ptr<Protection>>& send, std::vector<SinkTotals>& removed);
    void release(std::uint32_t slot);
    void count_dark(bool more);
    void add_open(std::uint32_t slot);
    void remove_open(std::uint32_t slot);

    Records& records_;
    io::PortSet& ports_;
    io::Egress& egress_;
    KeySets key_sets_;
    OffLimits off_limits_;
    std::vector<Stream> streams_;  // by slot: hot
    std::vector<Endpoint> locals_; // by slot: what is bound; unknown when closed
    std::vector<std::uint32_t> open_;
    std::size_t dark_ = 0; // of those
    std::vector<std::uint32_t> places_; // by slot: where it is in `open_`
    std::vector<std::uint32_t> claimed_; // by slot: the last sync in or after which it was set
    std::uint32_t syncs_ = 0;
    std::vector<std::uint32_t> learned_, recalled_;
    Listener* listener_ = nullptr;
};

} // namespace rtpengine::dataplane
