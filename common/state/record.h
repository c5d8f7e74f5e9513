// SPDX-License-Identifier: Apache-2.0
// The learned state of streams: fixed-size records in a file on tmpfs that the supervisor creates, one worker
// writes and everybody else maps read-only. A record outlives the worker that wrote it.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

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

// Aligned to cache lines: what a packet touches of an idle stream is what its delay consists of.
struct alignas(64) StreamRecord {
    Counter id;             // Stream.id; 0: free. Set last at opening, cleared first at closing.
    Counter sequence;        // counts the changes of `remotes`; its lowest bit says which of them holds
    WireEndpoint remotes[2]; // current destination: one is read while the other is being written
    WireEndpoint source;    // last accepted source
    Counter flags;          // Flag
    Counter last_packet_us; // µs since the epoch; 0: none
    Traffic in;
    Counter in_tos;
    SsrcRecord ssrcs[max_ssrcs];
    PayloadTypeRecord payload_types[max_payload_types];
    Traffic sinks[max_sinks];        // by position in Stream.sinks
    Counter sink_streams[max_sinks]; // Sink.stream that each of these counts for; 0: none
    Traffic echo;                    // sent back to the peer (media echo)
    // What a restarted worker needs to go on where its predecessor stopped.
    Counter signalled_epoch, learn_epoch;
};

struct Header {
    Counter magic;   // `magic` below
    Counter version; // `version` below
    Counter slots, record_size;
    Counter start;   // of the worker that writes it; differs for every process
    Traffic in, out; // sums over all streams since the file was made
    Counter open;    // streams
    Counter pad[16];
};

constexpr std::uint64_t magic = 0x72747065'6e67696eULL;
constexpr std::uint64_t version = 2;
static_assert(std::is_standard_layout_v<StreamRecord> && sizeof(StreamRecord) % 8 == 0);
static_assert(sizeof(StreamRecord) <= 1024);

} // namespace rtpengine::state
