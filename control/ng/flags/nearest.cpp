// SPDX-License-Identifier: Apache-2.0
#include "control/ng/flags/nearest.h"

#include <algorithm>
#include <array>

namespace rtpengine::ng {

namespace {

constexpr std::size_t longest = 64; // of a word that may be meant

using Row = std::array<std::size_t, longest + 1>;

} // namespace

// Three rows of the table of Damerau and Levenshtein: how far beginnings of `a` are from beginnings of `b`.
std::size_t letters_between(std::string_view a, std::string_view b, std::size_t most) {
    const auto longer = std::max(a.size(), b.size()), shorter = std::min(a.size(), b.size());
    if (longer > longest || longer - shorter > most) return most + 1;
    Row before_last{}, last{}, row{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last = last;
        last = row;
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return std::min(row[b.size()], most + 1);
}

} // namespace rtpengine::ng
