// SPDX-License-Identifier: Apache-2.0
#include "bench/common/bencode.h"

#include <charconv>
#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

constexpr int max_depth = 32;

// Takes a string off the front; nullopt if there isn't a whole one.
std::optional<std::string_view> take_string(std::string_view& in) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(in.data(), in.data() + in.size(), length);
    const std::size_t digits = std::size_t(end - in.data());
    if (error != std::errc{} || digits >= in.size() || *end != ':') return std::nullopt;
    if (length > in.size() - digits - 1) return std::nullopt;
    const auto text = in.substr(digits + 1, length);
    in.remove_prefix(digits + 1 + length);
    return text;
}

bool skip_value(std::string_view& in, int depth);

bool skip_members(std::string_view& in, int depth) {
    while (!in.empty() && in.front() != 'e')
        if (!skip_value(in, depth)) return false;
    if (in.empty()) return false;
    in.remove_prefix(1);
    return true;
}

bool skip_value(std::string_view& in, int depth) {
    if (in.empty() || depth > max_depth) return false;
    const char kind = in.front();
    if (kind >= '0' && kind <= '9') return take_string(in).has_value();
    if (kind == 'l' || kind == 'd') {
        in.remove_prefix(1);
        return skip_members(in, depth + 1);
    }
    const auto end = in.find('e');
    if (kind != 'i' || end == in.npos) return false;
    in.remove_prefix(end + 1);
    return true;
}

} // namespace

std::string bencode(const std::map<std::string, std::string>& dictionary) {
    std::string out = "d";
    for (const auto& [key, value] : dictionary)
        out += fmt::format("{}:{}{}:{}", key.size(), key, value.size(), value);
    return out + "e";
}

std::optional<std::string> string_member(std::string_view in, std::string_view key) {
    if (in.empty() || in.front() != 'd') return std::nullopt;
    in.remove_prefix(1);
    while (auto name = take_string(in)) {
        if (*name != key) {
            if (!skip_value(in, 0)) return std::nullopt;
            continue;
        }
        const auto value = take_string(in);
        return value ? std::optional(std::string(*value)) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace rtpengine::bench
