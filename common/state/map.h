// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/state/record.h"

namespace rtpengine::state {

class View;

// One worker's state in memory: a memory file that can't shrink, and whose every page is there before it is used. It grows
// as its worker needs more. The mapping ends with the object; the file ends with the last descriptor of it.
class Map {
  public:
    // Supervisor: a new file with an index of `slots`, and memory for what never grows. Errors: no memory.
    static Result<Fd> create(std::uint32_t slots);
    // Supervisor: another descriptor of the file that its children can't write through.
    static Result<Fd> readable(const Fd& file);
    // Supervisor: Header::working. Nothing is mapped, and what lies in the file doesn't matter.
    static std::uint64_t working(const Fd& file);

    // Errors: no state file, or one of another layout.
    static Result<Map> open_writable(Fd file) { return open(std::move(file), true); }
    static Result<Map> open_readonly(Fd file) { return open(std::move(file), false); }

    Map(Map&& other) noexcept;
    Map& operator=(Map&& other) noexcept;
    ~Map();

    std::uint32_t slots() const { return slots_; }
    const Header& header() const { return *static_cast<const Header*>(base_); }
    Header& header() { return *static_cast<Header*>(base_); }
    Journal& journal(); // the writer's

    // More than this a worker's records can't have, in bytes: addresses are free, and a mapping that never moves needs no care.
    static constexpr std::size_t most = std::size_t{1} << 32;

    // What lies at `slot`, open or closed; none: nothing, or the slot is out of range.
    View stream(std::uint32_t slot) const;
    // Calls visit(slot, view) for every stream that is open.
    void each_living(const std::function<void(std::uint32_t, const View&)>& visit) const;

  private:
    friend class View;
    friend class Writer;
    friend class Sent;
    Map(Fd file, void* base, std::size_t length, std::uint32_t slots)
        : file_(std::move(file)), base_(base), length_(length), slots_(slots) {}
    static Result<Map> open(Fd file, bool writable);
    Slot* index() const;
    std::size_t chunks_begin() const;
    std::size_t size_of_file() const;
    // Part of the file, which may have grown; whatever `offset` is.
    bool holds(std::uint64_t offset, std::size_t size) const;
    // Bytes of the part that begins there, in a chunk of this kind; 0: none begins there.
    std::size_t part_at(std::uint64_t offset, Kind kind) const;
    char* at(std::uint64_t offset) const { return static_cast<char*>(base_) + offset; }

    Fd file_;
    void* base_ = nullptr;
    mutable std::size_t length_ = 0; // of the file, at least: what may be touched
    std::uint32_t slots_ = 0;
};

// Access to StreamRecord::remotes: the writer never waits, a reader never sees half an endpoint.
void store_remote(StreamRecord& record, const Endpoint& endpoint);
Endpoint load_remote(const StreamRecord& record);
void store(WireEndpoint& to, const Endpoint& endpoint);
Endpoint load(const WireEndpoint& from);

} // namespace rtpengine::state
