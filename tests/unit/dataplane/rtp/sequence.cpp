// SPDX-License-Identifier: Apache-2.0
#include "common/rtp/sequence.h"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

TEST_CASE("loss, repetition and wrapping of sequence numbers") {
    struct Row {
        const char* what;
        std::vector<std::uint16_t> numbers;
        std::uint64_t highest, lost, duplicates;
    };
    const Row rows[] = {
        {"one", {7}, 7, 0, 0},
        {"in order", {7, 8, 9}, 9, 0, 0},
        {"begins at zero", {0, 1}, 1, 0, 0},
        {"a gap", {7, 10}, 10, 2, 0},
        {"a late packet fills its gap", {7, 10, 8}, 10, 1, 0},
        {"repeated", {7, 7, 8, 7}, 8, 0, 2},
        {"repeated late packet", {7, 9, 8, 8}, 9, 0, 1},
        {"older than the window", {1000, 1001, 1100, 1002}, 1100, 98, 0},
        {"before the first", {1000, 999}, 1000, 0, 1},
        {"wrap", {65534, 65535, 0, 1}, 65537, 0, 0},
        {"gap over the wrap, late from before", {65534, 1, 65535}, 65537, 1, 0},
        {"restart forward", {10, 20000, 20001}, 20001, 0, 0},
        {"restart backward never lowers the highest", {20000, 10, 11}, 65536 + 11, 0, 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        rtp_sequence sequence{};
        for (const auto number : row.numbers)
            rtp_sequence_advance(&sequence, number);
        CHECK(sequence.highest == row.highest);
        CHECK(sequence.lost == row.lost);
        CHECK(sequence.duplicates == row.duplicates);
    }
}
