// SPDX-License-Identifier: Apache-2.0
#include "ctl/format.h"

#include <array>
#include <ctime>
#include <optional>

#include <fmt/format.h>

#include "common/ng/coerce.h"

namespace rtpengine::ctl {

namespace {

std::string scalar(const ng::Value& value) {
    if (value.number()) return std::to_string(*value.number());
    return value.text() && !value.text()->empty() ? *value.text() : "-";
}

template <class Format> std::string number_as(const ng::Dict& dict, std::string_view key, Format format) {
    const auto value = number(dict, key);
    return value ? format(*value) : "-";
}

std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    const std::size_t first = number < 0;
    for (std::size_t at = digits.size(); at > first + 3;)
        digits.insert(at -= 3, 1, ',');
    return digits;
}

std::string bytes(std::int64_t number) {
    constexpr std::array units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    auto value = static_cast<double>(number);
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < units.size(); ++unit)
        value /= 1000;
    return unit == 0 ? fmt::format("{} B", number) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string local_time(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    std::array<char, 32> out{};
    if (!localtime_r(&time, &parts) || !std::strftime(out.data(), out.size(), "%F %T", &parts)) return "-";
    return out.data();
}

} // namespace

std::optional<std::int64_t> number(const ng::Dict& dict, std::string_view key) {
    const auto* value = dict.find(key);
    return value ? ng::number_of(*value, ng::NumberText::prefix) : std::nullopt;
}

std::string duration(std::int64_t seconds) {
    const auto s = seconds % 60, m = seconds / 60 % 60, h = seconds / 3600 % 24, days = seconds / 86400;
    if (seconds < 60) return fmt::format("{}s", seconds);
    if (seconds < 3600) return fmt::format("{}:{:02}", m, s);
    if (days == 0) return fmt::format("{}:{:02}:{:02}", h, m, s);
    return fmt::format("{}d {:02}:{:02}:{:02}", days, h, m, s);
}

std::string text(const ng::Dict& dict, std::string_view key) {
    const auto* value = dict.find(key);
    return value ? scalar(*value) : "-";
}

std::string joined(const ng::Dict& dict, std::string_view key) {
    std::string out;
    for (const auto& member : list(dict, key))
        out += (out.empty() ? "" : ", ") + scalar(member);
    return out.empty() ? "-" : out;
}

std::string yes_no(const ng::Dict& dict, std::string_view key) {
    return number_as(dict, key, [](std::int64_t value) { return std::string(value ? "yes" : "no"); });
}

std::string duration(const ng::Dict& dict, std::string_view key) {
    return number_as(dict, key, [](std::int64_t seconds) { return duration(seconds); });
}
std::string count(const ng::Dict& dict, std::string_view key) {
    return number_as(dict, key, grouped);
}
std::string amount(const ng::Dict& dict, std::string_view key) {
    return number_as(dict, key, bytes);
}
std::string time_of_day(const ng::Dict& dict, std::string_view key) {
    return number_as(dict, key, local_time);
}

const ng::Dict& dict(const ng::Value& value) {
    static const ng::Dict empty;
    return value.dict() ? *value.dict() : empty;
}

const ng::Dict& part(const ng::Dict& from, std::string_view key) {
    static const ng::Value nothing;
    const auto* value = from.find(key);
    return dict(value ? *value : nothing);
}

const ng::List& list(const ng::Dict& from, std::string_view key) {
    static const ng::List empty;
    const auto* value = from.find(key);
    return value && value->list() ? *value->list() : empty;
}

const ng::Dict& named(const ng::List& members, std::string_view name) {
    static const ng::Dict empty;
    for (const auto& member : members)
        if (ng::text_of(dict(member), "name") == name) return dict(member);
    return empty;
}

} // namespace rtpengine::ctl
