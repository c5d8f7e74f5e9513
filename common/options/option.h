// SPDX-License-Identifier: Apache-2.0
// One row for each option of the command line and the configuration file. The command line parser, the file
// reader,
// --help and the tests (of the manual page too) are all driven by these rows.
#pragma once

#include <climits>
#include <cstdint>
#include <span>
#include <string_view>

namespace rtpengine::options {

enum class Type { flag, integer, real, text, endpoint, words };

// How much of the world depends on it.
enum class Class { core, common, rare };

enum class Support {
    built,
    missing, // of the specification, accepted, not built yet: one warning when given
    moot,    // tunes a machine that this one isn't; accepted, one warning when given
};

enum class Outside { fatal, corrected, warned };

// What a value looks like and what becomes of one that is out of range.
struct Kind {
    Type type = Type::flag;
    std::string_view argument;  // placeholder in --help; empty for a flag
    std::string_view fallback;  // default; empty: none
    bool repeatable = false;    // in a file: one key, elements separated by ';'
    bool host_required = false; // endpoint: a port alone is not enough
    std::int64_t min = INT_MIN, max = INT_MAX;
    Outside outside = Outside::fatal; // integers and words
    std::int64_t corrected = 0;
    std::string_view words; // "one|two"
    bool case_sensitive = false;

    // A changed copy. Before its users: clang 14 wants it so in constant expressions.
    template <class Change> constexpr Kind with(Change change) const {
        Kind copy = *this;
        change(copy);
        return copy;
    }

    constexpr Kind list() const {
        return with([](Kind& k) { k.repeatable = true; });
    }
    // Fatal outside.
    constexpr Kind between(std::int64_t low, std::int64_t high) const {
        return with([&](Kind& k) { k.min = low, k.max = high; });
    }
    constexpr Kind at_least(std::int64_t low) const { return between(low, INT_MAX); }
    // Smaller ones become `to`, silently.
    constexpr Kind corrected_below(std::int64_t low, std::int64_t to) const {
        return with([&](Kind& k) { k.min = low, k.outside = Outside::corrected, k.corrected = to; });
    }
    constexpr Kind exact_case() const {
        return with([](Kind& k) { k.case_sensitive = true; });
    }
    // Other words are not fatal.
    constexpr Kind only_warned() const {
        return with([](Kind& k) { k.outside = Outside::warned; });
    }
};

constexpr Kind flag() {
    return {};
}
constexpr Kind integer(std::string_view argument, std::string_view fallback) {
    return {.type = Type::integer, .argument = argument, .fallback = fallback};
}
constexpr Kind real(std::string_view argument, std::string_view fallback) {
    return {.type = Type::real, .argument = argument, .fallback = fallback};
}
constexpr Kind text(std::string_view argument, std::string_view fallback = {}) {
    return {.type = Type::text, .argument = argument, .fallback = fallback};
}
constexpr Kind listener() {
    return {.type = Type::endpoint, .argument = "[HOST:]PORT", .repeatable = true};
}
constexpr Kind remote() {
    return {.type = Type::endpoint, .argument = "HOST:PORT", .host_required = true};
}
constexpr Kind words(std::string_view words, std::string_view fallback = {}) {
    return {.type = Type::words, .argument = "WORD", .fallback = fallback, .words = words};
}

struct Option {
    std::string_view name;
    char short_name; // 0: none
    Kind kind;
    Class importance;
    Support support;
    std::string_view help; // one sentence
    bool command_line_only = false;
};

struct Group {
    std::string_view title;
    std::span<const Option> options;
    bool of_process = false; // they concern all instances
};

std::span<const Group> groups();

// By long name or by short name; nullptr: there is none.
const Option* find(std::string_view name);
const Option* find(char short_name);

// Concerns all instances, and has no place in the section of one.
bool of_process(const Option& option);

// The long name that comes closest to `name`; empty: none is near.
std::string_view nearest(std::string_view name);

} // namespace rtpengine::options
