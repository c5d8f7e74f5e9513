// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace rtpengine {

// Several small tables instead of a large one. A hash table that grows moves all of its elements, and one that goes frees them:
// with 100,000 of them that takes a loop some 20 ms at a time; here it is done by parts.
template <class Table> class Sharded {
  public:
    static constexpr std::size_t shards = 64;

    // Where the key belongs.
    Table& of(std::string_view key) { return tables_[place(key)]; }
    const Table& of(std::string_view key) const { return tables_[place(key)]; }

    auto begin() const { return tables_.begin(); }
    auto end() const { return tables_.end(); }

  private:
    // By other bits than the table itself looks at.
    static std::size_t place(std::string_view key) {
        constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
        return std::uint64_t{std::hash<std::string_view>{}(key)} * golden >> 58;
    }

    std::array<Table, shards> tables_;
};

} // namespace rtpengine
