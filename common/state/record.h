// SPDX-License-Identifier: Apache-2.0
// The learned state of streams: fixed-size records in a file on tmpfs that the supervisor creates, one worker
// writes and everybody else maps read-only. A record outlives the worker that wrote it.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "common/state/path.h"

namespace rtpengine::state {

// Written by one process, read by others at any time: plain loads and stores of 64 bits, no read-modify-write.
class Counter {
  public:
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::uint64_t n) { set(get() + n); }

  private:
    std::atomic<std::uint64_t> value_{0};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

struct Traffic {
    Counter packets, bytes, errors; // bytes: UDP payload
};

struct WireEndpoint {
    std::uint8_t address[16];
    std::uint16_t port;  // host order
    std::uint8_t family; // 0, 4 or 6
    std::uint8_t pad;
    std::uint32_t pad2;
};

enum Flag : std::uint64_t {
    filled = 1,        // a destination is known
    confirmed = 2,     // learning has ended
    received = 4,      // something came from the peer since the stream was opened
    waiting = 8,       // NAT-wait: nothing may be sent to the peer yet
};

struct SsrcRecord {
    Counter ssrc; // 0 with packets 0: unused
    Counter packets, bytes;
    Counter last_timestamp, extended_seq;
    Counter lost, duplicates;
};

struct PayloadTypeRecord {
    Counter type_plus_one; // 0: unused
    Counter packets;
};

constexpr unsigned max_sinks = 16, max_ssrcs = 4, max_payload_types = 6;

// What a kernel rule counted. Absolute: `total` is `base` (rules that are gone) + what the living rule says, so that
// writing it once more changes nothing.
struct KernelTraffic {
    Traffic total, base;
};

// How much of an SSRC's counters came from the living rule; they are in SsrcRecord already.
struct KernelSsrc {
    Counter packets, bytes, lost, duplicates;
    Counter beside; // packets that came to userspace although there is a rule: the rule counts them as lost
};

// The kernel's part of a record, in memory of its own (Block): most streams never need it. Means something only if
// StreamRecord::in_kernel says so.
struct alignas(64) KernelRecord {
    Counter last_packet_us; // µs of CLOCK_BOOTTIME; 0: none
    Counter rule;           // fingerprint of the living rule; 0: none, or not known
    KernelTraffic in, echo;
    KernelTraffic sinks[max_sinks]; // by position, as StreamRecord::sinks
    KernelSsrc ssrcs[max_ssrcs];
    Counter payload_types[max_payload_types]; // packets of the living rule that StreamRecord's include
};

// Aligned to cache lines: what a packet touches of an idle stream is what its delay consists of.
struct alignas(64) StreamRecord {
    Counter id;             // Stream.id; 0: free. Set last at opening, cleared first at closing.
    Counter sequence;        // counts the changes of `remotes`; its lowest bit says which of them holds
    WireEndpoint remotes[2]; // current destination: one is read while the other is being written
    WireEndpoint source;    // last accepted source
    Counter flags;          // Flag
    Counter last_packet_us; // in userspace; µs of CLOCK_BOOTTIME; 0: none
    Traffic in;             // of userspace, as sinks and echo; the kernel's share is in KernelRecord
    Counter in_tos;
    SsrcRecord ssrcs[max_ssrcs];
    PayloadTypeRecord payload_types[max_payload_types];
    Traffic sinks[max_sinks];        // by position in Stream.sinks
    Counter sink_streams[max_sinks]; // Sink.stream that each of these counts for; 0: none
    Traffic echo;                    // sent back to the peer (media echo)
    // What a restarted worker needs to go on where its predecessor stopped.
    Counter signalled_epoch, learn_epoch;
    Counter path;      // Path: where packets are forwarded, or why not in the kernel
    Counter in_kernel; // 1: it has been there since it was opened
    Counter room[8];   // both parts of a record are equally long
};

// Whole pages of records and behind them those of their kernel parts, at a fixed distance. Memory that nobody has touched is
// a hole in the file and costs nothing.
struct alignas(4096) Block {
    static constexpr std::uint32_t size = 64;
    StreamRecord records[size];
    KernelRecord kernels[size];
};
static_assert(sizeof(StreamRecord) == sizeof(KernelRecord) && sizeof(Block::records) % 4096 == 0);

// The kernel part that belongs to a record in a block, whatever lies there.
inline KernelRecord& kernel_part(StreamRecord& record) {
    return *reinterpret_cast<KernelRecord*>(reinterpret_cast<char*>(&record) + sizeof(Block::records));
}
// nullptr: the stream hasn't been in the kernel.
inline KernelRecord* kernel_of(StreamRecord& record) {
    return record.in_kernel.get() ? &kernel_part(record) : nullptr;
}
inline const KernelRecord* kernel_of(const StreamRecord& record) {
    return kernel_of(const_cast<StreamRecord&>(record));
}

struct Header {
    Counter magic;   // `magic` below
    Counter version; // `version` below
    Counter slots, record_size;
    Counter start;   // of the worker that writes it; differs for every process
    Traffic in, out; // sums over all streams since the file was made, of userspace
    Traffic kernel_in, kernel_out; // likewise, what the kernel forwarded
    Counter open;    // streams
    Counter offloaded; // of those: streams that have a rule in the kernel
    Counter overruns;  // datagrams that found a full receive buffer
    // Id of the stream whose packet or command is being handled; 0: none. Of a process that died: what it died at.
    Counter working;
    Counter pad[6];
};

// A change of a kernel rule whose outcome is not booked yet. The kernel leaves its answer, with the final counters of
// the rule that goes, in `message`: who is killed meanwhile leaves it to the successor. dataplane/worker/ledger.h.
struct Journal {
    Counter phase;    // Ledger's; 0: nothing is under way
    Counter slot, id; // whose rule
    std::uint64_t pad[5];
    alignas(64) unsigned char message[8128];
};

constexpr std::uint64_t magic = 0x72747065'6e67696eULL;
constexpr std::uint64_t version = 5;
static_assert(std::is_standard_layout_v<StreamRecord> && sizeof(StreamRecord) % 8 == 0);
static_assert(sizeof(StreamRecord) == 1088 && sizeof(Journal) == 8192);

} // namespace rtpengine::state
