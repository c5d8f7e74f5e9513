// SPDX-License-Identifier: Apache-2.0
// What somebody may have meant who wrote a word that isn't in a table.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace rtpengine::ng {

// How many letters have to be changed, left out, put in or swapped with the next one to make `b` of `a`; `most` + 1: more than that.
std::size_t letters_between(std::string_view a, std::string_view b, std::size_t most);

// So many are a slip of whoever wrote a word of this length.
constexpr std::size_t most_slips(std::size_t length) { return length < 4 ? 0 : length < 8 ? 1 : 2; }

// The row whose name is nearest to a word in the common spelling; "": none is near.
template <class Row> std::string_view nearest(std::span<const Row> rows, std::string_view word) {
    std::string_view best;
    auto fewest = most_slips(word.size()) + 1;
    for (const auto& row : rows)
        if (const auto letters = letters_between(word, row.name, fewest - 1); fewest > 0 && letters < fewest) best = row.name, fewest = letters;
    return best;
}

} // namespace rtpengine::ng
