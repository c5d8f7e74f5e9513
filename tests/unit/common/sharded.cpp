// SPDX-License-Identifier: Apache-2.0
#include "common/base/sharded.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <doctest/doctest.h>

using namespace rtpengine;

TEST_CASE("keys have their place, and no table has many more than the others") {
    Sharded<std::unordered_map<std::string, int>> sharded;
    constexpr int keys = 64'000;
    const auto key = [](int i) { return "call-" + std::to_string(i) + "@198.51.100.7"; };
    for (int i = 0; i < keys; ++i) sharded.of(key(i))[key(i)] = i;
    std::size_t sum = 0, largest = 0;
    for (const auto& table : sharded) {
        sum += table.size();
        largest = std::max(largest, table.size());
    }
    CHECK(sum == keys);
    CHECK(largest < 2 * keys / sharded.shards);
    for (int i = 0; i < keys; i += 999) CHECK(sharded.of(key(i)).at(key(i)) == i);
}
