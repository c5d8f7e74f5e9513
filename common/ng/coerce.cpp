// SPDX-License-Identifier: Apache-2.0
#include "common/ng/coerce.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>

namespace rtpengine::ng {

namespace {

std::optional<std::int64_t> decimal(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::int64_t> prefix(const std::string& text) {
    char* end = nullptr;
    errno = 0;
    const auto number = std::strtoll(text.c_str(), &end, 0);
    if (end == text.c_str() || errno == ERANGE) return std::nullopt;
    return number;
}

std::vector<std::string> elements(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (comma != 0) parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return parts;
}

std::string replaced(std::string_view text, char twice, char by) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == twice && i + 1 < text.size() && text[i + 1] == twice;
        out += pair ? by : text[i];
        i += pair;
    }
    return out;
}

} // namespace

std::string_view text_of(const Value& value) {
    const auto* text = value.text();
    return text ? std::string_view(*text) : std::string_view{};
}

std::string_view text_of(const Dict& dict, std::string_view key) {
    const auto* value = dict.find(key);
    return value ? text_of(*value) : std::string_view{};
}

std::optional<std::int64_t> number_of(const Value& value, NumberText syntax) {
    if (const auto* number = value.number()) return *number;
    const auto* text = value.text();
    if (!text) return std::nullopt;
    return syntax == NumberText::decimal ? decimal(*text) : prefix(*text);
}

std::vector<std::string> list_of(const Value& value) {
    if (const auto* text = value.text()) return elements(*text);
    std::vector<std::string> strings;
    const auto* list = value.list();
    if (!list) return strings;
    for (const auto& member : *list)
        if (const auto* text = member.text()) strings.push_back(*text);
    return strings;
}

std::string unescape(std::string_view text) {
    return replaced(replaced(text, '-', '='), '.', ' ');
}

} // namespace rtpengine::ng
