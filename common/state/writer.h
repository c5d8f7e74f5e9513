// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/state/map.h"

namespace rtpengine::state {

// The worker's side of its records: makes and frees their parts. What is free is known to this process only; its successor
// sees what can be reached from the index, and takes the rest for free. So a part is filled before a link leads to it, and
// freed after the last one is gone: who is killed in between leaves nothing behind and breaks nothing.
class Writer {
  public:
    // Bytes of a part by Kind, as this program knows it; 0: it doesn't.
    using Sizes = std::array<std::size_t, kinds>;
    static Sizes known_sizes();

    // Errors: as Map. Links that lead nowhere, which only a stray write can have left, are cut. What earlier and later programs
    // have made stays as it is; new parts have at least the sizes that are known. `known` differs in tests.
    static Result<Writer> open(Fd file, const Sizes& known = known_sizes());

    Map& map() { return map_; }
    const Map& map() const { return map_; }

    // Memory for `count` parts of a kind, so that as many take() will succeed. Errors: there is none.
    template <class T> Status reserve(std::size_t count) { return reserve(T::kind, count); }
    // One of those: all zero but for its head. nullptr: none is ready. Doesn't allocate.
    template <class T> T* take(std::uint64_t owner) { return static_cast<T*>(take(T::kind, owner)); }
    // No link leads to it any more.
    template <class T> void give_back(T& part) { give_back(T::kind, &part); }
    void give_back_sink(SinkRecord& sink); // with what it has
    // Of ProtectionRecords, from the link of a part on.
    void give_back_list(const void* from, Link& link);

    // What is sent under the keys with that fingerprint, whoever sends it: `link`, which a sink has, leads there from now on. nullptr: no
    // memory; none is needed beyond reserve_sent().
    ProtectionRecord* lead_to_sent(const void* from, Link& link, std::uint64_t keys);
    Status reserve_sent(std::size_t count);
    // `link` leads there no more. It stays for some turns, for whoever comes then.
    void leave_sent(const void* from, Link& link);
    static constexpr std::uint64_t sent_turns = 600;
    void next_turn();

    // The record at a slot, open or closed; nullptr: none, or out of range.
    StreamRecord* record(std::uint32_t slot);
    // A new one instead, with id 0, for the stream `owner`; `slot` < slots(). nullptr: there is none in reserve.
    StreamRecord* make(std::uint32_t slot, std::uint64_t owner);
    // With all its parts.
    void forget(std::uint32_t slot);

    std::size_t bytes() const { return map_.length_; } // of the file: it never shrinks

  private:
    struct Walk;
    Writer(Map map, const Sizes& known) : map_(std::move(map)), known_(known) {}
    Status reserve(Kind kind, std::size_t count);
    Status grow(Kind kind);
    void* take(Kind kind, std::uint64_t owner);
    template <class T> void free_list(T* at);
    void give_back(Kind kind, void* part);
    Status find_free();
    void split(char* chunk, Kind kind, const std::vector<bool>* used);
    Status list_sent(const std::vector<ProtectionRecord*>& lists);
    DirectoryRecord* directory();
    Slot& bucket_of(std::uint64_t keys);
    ProtectionRecord* sent_under(std::uint64_t keys);
    ProtectionRecord* begin_sent(std::uint64_t keys);
    void list(ProtectionRecord& first);
    void forget_sent(ProtectionRecord& first);
    void wait(ProtectionRecord& first);
    template <class T> T* at(const Slot& place) const {
        return place.get() ? reinterpret_cast<T*>(map_.at(std::uint64_t{place.get()} * Slot::unit)) : nullptr;
    }
    std::uint32_t place_of(const void* part) const { return static_cast<std::uint32_t>(offset_of(part) / Slot::unit); }
    std::vector<char*>& free(Kind kind) { return free_[static_cast<std::size_t>(kind)]; }
    std::size_t known(Kind kind) const { return known_[static_cast<std::size_t>(kind)]; }
    std::uint64_t offset_of(const void* part) const { return static_cast<std::uint64_t>(static_cast<const char*>(part) - map_.at(0)); }
    std::size_t size_of(Kind kind, const void* part) const { return map_.part_at(offset_of(part), kind); }

    Map map_;
    Sizes known_;
    std::array<std::vector<char*>, kinds> free_; // by Kind
    std::vector<char*> chunks_;                  // that nobody uses
    ProtectionRecord *oldest_ = nullptr, *youngest_ = nullptr; // of those that nobody sends under any more
    std::uint64_t turn_ = 1;
};

} // namespace rtpengine::state
