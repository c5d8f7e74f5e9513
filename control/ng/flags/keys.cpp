// SPDX-License-Identifier: Apache-2.0
// What the keys of a request have in common: they are found, and their values get where they belong.
#include <algorithm>
#include <limits>

#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng {

namespace {

// How a row's value gets where it belongs.
struct Assign {
    Reading& r;
    const Value& value;

    void operator()(std::string Flags::*target) const {
        if (value.text()) r.flags.*target = text_of(value);
    }
    void operator()(int Flags::*target) const {
        using Limits = std::numeric_limits<int>;
        if (const auto number = number_of(value, r.numbers))
            r.flags.*target =
                static_cast<int>(std::clamp<std::int64_t>(*number, Limits::min(), Limits::max()));
    }
    void operator()(std::vector<std::string> Flags::*target) const {
        for (auto& member : r.members(value))
            (r.flags.*target).push_back(std::move(member));
    }
    void operator()(ApplyValue apply) const { apply(r, value); }
};

// "codec-strip=[A B]" of a string is "codec-strip-A codec-strip-B".
bool apply_as_prefix(Reading& r, std::string_view key, const Value& value) {
    const auto prefix = std::string(key) + "-";
    const auto rows = prefix_rows();
    if (!r.in_string() ||
        std::none_of(rows.begin(), rows.end(), [&](auto& row) { return row.name == prefix; }))
        return false;
    for (const auto& member : r.members(value))
        apply_prefixed(r, prefix + member);
    return true;
}

const KeyRow* find_key(std::string_view name) {
    for (const auto table : key_tables())
        if (const auto* row = find_row(table, name)) return row;
    return nullptr;
}

} // namespace

std::array<std::span<const KeyRow>, 8> key_tables() {
    return {keys::addressing(), keys::body(),    keys::codecs(),  keys::dialogue(),
            keys::later(),      keys::packets(), keys::request(), keys::security()};
}

std::string_view nearest_key(std::string_view word) {
    std::string_view best;
    for (const auto table : key_tables()) {
        const auto name = nearest(table, word);
        const auto letters = [&](std::string_view to) { return letters_between(word, to, word.size()); };
        if (!name.empty() && (best.empty() || letters(name) < letters(best))) best = name;
    }
    return best;
}

void apply_key(Reading& r, std::string_view key, const Value& value) {
    if (!r.take()) return;
    const auto name = spelling(key);
    const auto* row = find_key(name);
    if (!row) {
        if (!apply_as_prefix(r, name, value)) ignore(r, "key", key, nearest_key);
        return;
    }
    if (!(row->operations & r.operations)) return;
    r.key = name;
    std::visit(Assign{r, value}, row->target);
}

} // namespace rtpengine::ng
