// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/endpoint.h"
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
    // `slot` < slots(); out of range gives nullptr.
    const StreamRecord* record(std::uint32_t slot) const;
    StreamRecord* record(std::uint32_t slot);

  private:
    Map(void* base, std::size_t length, std::uint32_t slots) : base_(base), length_(length), slots_(slots) {}
    static Result<Map> open(const std::string& path, bool writable);

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
