// SPDX-License-Identifier: Apache-2.0
// The learned state of streams, as it lies in a memory file of the supervisor's: one worker writes, everybody else maps it
// read-only. It outlives the worker that wrote it. An index by slot leads to a stream's record, and that to its further
// parts; docs/dataplane.md, "Records", draws it. All zero is a value of every part.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "common/state/path.h"
#include "common/state/refusal.h"

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

// Where a part lies, as it is found in the file: in units of 64 bytes, 0 is nowhere. What was written to the part before is
// there for whoever sees the link.
template <class Number> class Place {
  public:
    static constexpr std::size_t unit = 64;
    Number get() const { return value_.load(std::memory_order_acquire); }
    void set(Number value) { value_.store(value, std::memory_order_release); }

  private:
    std::atomic<Number> value_{0};
};
using Slot = Place<std::uint32_t>; // from the beginning of the file
using Link = Place<std::int32_t>;  // from the part that has the link

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
    checked = 16,      // ICE has selected the destination
};

// What a kernel rule counted. Absolute: `total` is `base` (rules that are gone) + what the living rule says, so that
// writing it once more changes nothing.
struct KernelTraffic {
    Traffic total, base;
};

// How much of an SSRC's counters came from the living rule; they are in SourceRecord already.
struct KernelSsrc {
    Counter packets, bytes, lost, duplicates;
    Counter beside; // packets that came to userspace although there is a rule: the rule counts them as lost
};

enum class Kind : std::uint32_t { none, stream, sink, source, types, kernel, protection, decisions, directory };
constexpr std::size_t kinds = 16; // room for more

// Parts grow at their end, and need no new version for that: each chunk says how long its parts are. `first_size` is what every part
// of a kind has, whoever made it; whether it has what came later, View::has() knows. The first SSRC and the first payload types lie
// in the record of their stream, so those two don't grow: what there is more of an SSRC is a part of its own.

// What every part of a stream begins with. One whose owner is another stream's belongs to a list that is gone.
struct Part {
    Counter owner; // StreamRecord::owner
    Link next;     // of its list
    std::uint32_t kind;
};

struct alignas(64) SinkRecord {
    static constexpr auto kind = Kind::sink;
    static constexpr std::size_t first_size = 128;
    Part part;
    Counter stream; // Sink.stream that it counts for
    Traffic out;    // of userspace
    KernelTraffic kernel;
    Link protection;     // the first ProtectionRecord: of what leaves
    std::uint32_t takes; // Sink.takes + 1, for who makes it; 0: not known
    Counter room[3];
};

struct alignas(64) SourceRecord {
    static constexpr auto kind = Kind::source;
    static constexpr std::size_t first_size = 128;
    Part part;
    Counter ssrc; // with packets 0: unused
    Counter packets, bytes;
    Counter last_timestamp, extended_seq;
    Counter lost, duplicates;
    Counter heard_us; // StreamRecord::last_packet_us when it was heard last
    Counter window;   // rtp_sequence::window
    KernelSsrc kernel;
};

struct PayloadTypeRecord {
    Counter type_plus_one; // 0: unused
    Counter packets;
    Counter kernel; // packets of the living rule that are in `packets`
};

struct alignas(64) TypesRecord {
    static constexpr auto kind = Kind::types;
    static constexpr std::size_t first_size = 128;
    static constexpr unsigned size = 4;
    Part part;
    PayloadTypeRecord types[size]; // filled from the first to the last
    Counter room[2];
};

// Of a stream that has been in the kernel. Its sinks, SSRCs and payload types have their own shares.
struct alignas(64) KernelRecord {
    static constexpr auto kind = Kind::kernel;
    static constexpr std::size_t first_size = 192;
    Part part;
    Counter last_packet_us; // µs of CLOCK_BOOTTIME; 0: none
    Counter rule;           // fingerprint of the living rule; 0: none, or not known
    KernelTraffic in, echo;
    WireEndpoint local; // where the rule is, from before it is made until after it is gone; family 0: nowhere
    Counter other_packets, other_bytes, other_types; // of the living rule, in Others already
};

// SSRCs under one set of keys. What is received with them is one direction of a stream. What is sent with them is of all sinks that
// have them, whosever streams': owner 0 (sent.h).
struct alignas(64) ProtectionRecord {
    static constexpr auto kind = Kind::protection;
    static constexpr std::size_t first_size = 576;
    static constexpr unsigned size = 4;
    struct alignas(64) Room {
        static constexpr unsigned ssrc = 0, next[] = {2, 5}, lent = 14; // srtp::Source's members
        Counter words[16];
    };
    Part part;
    Counter keys; // fingerprint of those that the first part of a list and all that follow are about; 0: of none
    Counter users; // of what is sent: sinks that lead here
    Counter left;  // the turn in which the last one went; 0: nobody waits for it to grow old
    Slot beside;   // the next list of the same bucket
    Slot behind;   // the next one of those that grow old
    Counter room[2];
    Room sources[size]; // srtp::Source
};

// What stands in a Room's first word beside the SSRC; nothing: it is free.
enum Hold : std::uint64_t {
    taken = std::uint64_t{1} << 32,
    asked = std::uint64_t{1} << 33,   // about to be taken, if nobody else has it
    resting = std::uint64_t{1} << 34, // nobody sends it: who asks first goes on with it
};

// Lists of what is sent, by their keys: each bucket leads to the first of those whose fingerprint falls into it.
struct alignas(64) DirectoryRecord {
    static constexpr auto kind = Kind::directory;
    static constexpr std::size_t first_size = 16320;
    static constexpr unsigned size = (first_size - 64) / sizeof(Slot);
    Part part;
    Counter room[6];
    Slot buckets[size];
};

// Of a stream that has refused packets, has followed another source than it did, or has kept back checks.
struct alignas(64) DecisionsRecord {
    static constexpr auto kind = Kind::decisions;
    static constexpr std::size_t first_size = 128;
    Part part;
    Counter moved;                            // times that another source became the destination
    Counter refused[refusal_texts.size()];    // packets, by Refusal
    Counter room[14 - 2 - refusal_texts.size()];
    Counter withheld; // checks of ICE that weren't sent: off limits, or too many
};

// What srtp::Turn counts; all zero: a new one.
struct Turns {
    Counter begun, settled;
};

// Packets of SSRCs and payload types for which there was no place, or no longer.
struct Others {
    Counter packets, bytes, lost, duplicates; // of SSRCs
    Counter type_packets;
};

// Aligned to cache lines: what a packet touches of an idle stream is what its delay consists of.
struct alignas(64) StreamRecord {
    static constexpr auto kind = Kind::stream;
    static constexpr std::size_t first_size = 512;
    Counter id;             // Stream.id; 0: closed. Set last at opening, cleared first at closing.
    Counter sequence;        // counts the changes of `remotes`; its lowest bit says which of them holds
    WireEndpoint remotes[2]; // current destination: one is read while the other is being written
    WireEndpoint source;    // last accepted source
    Counter flags;          // Flag; above 32 bits the edition of the rule that it has (announcements.h)
    Counter last_packet_us; // in userspace; µs of CLOCK_BOOTTIME; 0: none
    Traffic in;             // of userspace, as sinks and echo; the kernel's share is in KernelRecord
    Counter in_tos;
    Traffic echo; // sent back to the peer (media echo)
    // What a restarted worker needs to go on where its predecessor stopped.
    Counter signalled_epoch, learn_epoch;
    Counter path;  // Path: where packets are forwarded, or why not in the kernel
    Counter owner; // the id, also when the stream is closed and its figures are still there
    Counter pair_terms; // with `checked`: ice::mark_of() the terms under which the destination was selected; 0: not known
    Others others;
    Link sinks;  // the first SinkRecord
    Link kernel; // KernelRecord; none: it hasn't been in the kernel
    Link protection; // the first ProtectionRecord: of what is received
    Link decisions;  // DecisionsRecord; none: there was nothing to decide
    SourceRecord source_list; // the first, and by `next` all
    TypesRecord type_list;    // likewise
};

inline std::uint32_t edition_of(const StreamRecord& record) { return static_cast<std::uint32_t>(record.flags.get() >> 32); }
// Who sees it sees what the rule has changed before.
inline void set_edition(StreamRecord& record, std::uint32_t edition) {
    std::atomic_thread_fence(std::memory_order_release);
    record.flags.set((record.flags.get() & 0xffffffff) | std::uint64_t{edition} << 32);
}
inline void set_flags(StreamRecord& record, std::uint64_t flags) {
    record.flags.set((record.flags.get() & ~std::uint64_t{0xffffffff}) | flags);
}

constexpr unsigned max_sources = 32; // SSRCs of a stream with a place of their own; payload types all have one

// Memory for parts is had in chunks, each for parts of one kind.
struct alignas(64) Chunk {
    static constexpr std::size_t size = 16384; // this head and the parts behind it
    Counter kind;                              // Kind; 0: not used yet
    Counter part_size;                         // in bytes, as its writer knew them; 0: what the header says
};

struct Header {
    Counter magic;   // `magic` below
    Counter version; // `version` below
    Counter slots;
    Counter start;   // of the worker that writes it; differs for every process
    Traffic in, out; // sums over all streams since the file was made, of userspace
    Traffic kernel_in, kernel_out; // likewise, what the kernel forwarded
    Counter open;    // streams
    Counter offloaded; // of those: streams that have a rule in the kernel
    Counter overruns;  // datagrams that found a full receive buffer
    // Id of the stream whose packet or command is being handled; 0: none. Of a process that died: what it died at.
    Counter working;
    Turns turns;
    Slot directory;   // the DirectoryRecord; none: nothing was ever sent under keys
    Slot spare;
    Counter edition;  // of the directory and of what it leads to: odd while a list comes or goes
    Counter pad[2];
    // Bytes of a part by Kind, as the file's first writer said, for chunks that don't say it themselves; 0: it has none.
    Counter part_sizes[kinds];
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
constexpr std::uint64_t version = 6; // of header, journal, index and chunks
static_assert(std::is_standard_layout_v<StreamRecord>);
static_assert(sizeof(SourceRecord) == SourceRecord::first_size && sizeof(TypesRecord) == TypesRecord::first_size);
static_assert(sizeof(StreamRecord) >= StreamRecord::first_size && sizeof(SinkRecord) >= SinkRecord::first_size &&
              sizeof(KernelRecord) >= KernelRecord::first_size &&
              sizeof(ProtectionRecord) >= ProtectionRecord::first_size && sizeof(DecisionsRecord) >= DecisionsRecord::first_size && sizeof(DirectoryRecord) == DirectoryRecord::first_size && sizeof(Journal) == 8192);

// Where a link of `from` leads to; nullptr: nowhere. For who wrote it: nothing is checked.
template <class To> To* follow(const void* from, const Link& link) {
    const auto distance = link.get();
    if (!distance) return nullptr;
    const auto at = reinterpret_cast<std::intptr_t>(from) + distance * static_cast<std::intptr_t>(Link::unit);
    return reinterpret_cast<To*>(at);
}
inline void lead(const void* from, Link& link, const void* to) {
    const auto distance = reinterpret_cast<std::intptr_t>(to) - reinterpret_cast<std::intptr_t>(from);
    link.set(to ? static_cast<std::int32_t>(distance / static_cast<std::intptr_t>(Link::unit)) : 0);
}

// The lists of one's own record: calls visit(part) for each of them.
template <class Visit> void each_sink(StreamRecord& record, Visit visit) {
    for (auto* at = follow<SinkRecord>(&record, record.sinks); at; at = follow<SinkRecord>(at, at->part.next)) visit(*at);
}
template <class Visit> void each_source(StreamRecord& record, Visit visit) {
    for (auto* at = &record.source_list; at; at = follow<SourceRecord>(at, at->part.next))
        if (at->packets.get()) visit(*at);
}
template <class Visit> void each_type(StreamRecord& record, Visit visit) {
    for (auto* at = &record.type_list; at; at = follow<TypesRecord>(at, at->part.next))
        for (auto& type : at->types)
            if (type.type_plus_one.get()) visit(type);
}
// The parts of a list, if there is one.
template <class Visit> void each_part(ProtectionRecord* first, Visit visit) {
    for (auto* at = first; at; at = follow<ProtectionRecord>(at, at->part.next)) visit(*at);
}
// nullptr: the stream hasn't been in the kernel.
inline KernelRecord* kernel_of(const StreamRecord& record) { return follow<KernelRecord>(&record, record.kernel); }

} // namespace rtpengine::state
