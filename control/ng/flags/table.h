// SPDX-License-Identifier: Apache-2.0
// Tables of words, sorted, looked up by the spelling that all accepted spellings share.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace rtpengine::ng {

// Lower case, hyphens for spaces and underscores: "SIP_source address" is "sip-source-address". As long as
// `word`.
std::string spelling(std::string_view word);

template <class Row> constexpr bool sorted_by_name(std::span<const Row> rows) {
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (rows[i - 1].name >= rows[i].name) return false;
    return true;
}

// `name` in the common spelling. nullptr: no such row.
template <class Row> const Row* find_row(std::span<const Row> rows, std::string_view name) {
    const auto at =
        std::lower_bound(rows.begin(), rows.end(), name,
                         [](const Row& row, std::string_view wanted) { return row.name < wanted; });
    return at != rows.end() && at->name == name ? &*at : nullptr;
}

// A word that stands for a value; a table of them is sorted by name.
template <class T> struct Choice {
    std::string_view name;
    T value;
};

template <class T, std::size_t n> const T* choose(const Choice<T> (&choices)[n], std::string_view word) {
    const auto* row = find_row(std::span<const Choice<T>>(choices), spelling(word));
    return row ? &row->value : nullptr;
}

} // namespace rtpengine::ng
