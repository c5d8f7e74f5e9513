// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/state/record.h"

namespace rtpengine::state {

// One worker's state file in memory. The mapping ends with the object; the file stays.
class Map {
  public:
    // Supervisor: makes the file (or keeps one of the same layout, with its records), `slots` records, mode 0600.
    static Status create(const std::string& path, std::uint32_t slots);
    static Result<Map> open_writable(const std::string& path);
    static Result<Map> open_readonly(const std::string& path);

    Map(Map&& other) noexcept;
    Map& operator=(Map&& other) noexcept;
    ~Map();

    std::uint32_t slots() const { return slots_; }
    const Header& header() const { return *static_cast<const Header*>(base_); }
    Header& header() { return *static_cast<Header*>(base_); }
    Journal& journal(); // the writer's
    // `slot` < slots(); out of range gives nullptr.
    const StreamRecord* record(std::uint32_t slot) const;
    StreamRecord* record(std::uint32_t slot);
    // Calls visit(slot) for every record that may have been written, without touching the memory of the others.
    void each_written(const std::function<void(std::uint32_t)>& visit) const;

  private:
    Map(Fd file, void* base, std::size_t length, std::uint32_t slots)
        : file_(std::move(file)), base_(base), length_(length), slots_(slots) {}
    const Block* blocks() const;
    static Result<Map> open(const std::string& path, bool writable);

    Fd file_; // to ask it for its holes
    void* base_ = nullptr;
    std::size_t length_ = 0;
    std::uint32_t slots_ = 0;
};

// Access to StreamRecord::remotes: the writer never waits, a reader never sees half an endpoint.
void store_remote(StreamRecord& record, const Endpoint& endpoint);
Endpoint load_remote(const StreamRecord& record);
void store(WireEndpoint& to, const Endpoint& endpoint);
Endpoint load(const WireEndpoint& from);

} // namespace rtpengine::state
