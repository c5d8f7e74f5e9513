// SPDX-License-Identifier: Apache-2.0
#include "common/options/convert.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "common/base/utf8.h"
#include "common/options/listen.h"

namespace rtpengine::options {

namespace {

bool same(std::string_view a, std::string_view b, bool case_sensitive) {
    if (case_sensitive) return a == b;
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

Result<std::string> convert_flag(std::string_view value) {
    if (value == "true" || value == "1") return std::string("true");
    if (value == "false" || value == "0") return std::string("false");
    return Error{quoted(value) + " is not true, false, 1 or 0"};
}

Result<std::string> convert_integer(const Kind& kind, std::string_view value, Origin origin) {
    const auto number = parse_integer(value, origin == Origin::file ? 10 : 0);
    if (!number) return number.error();
    if (*number >= kind.min && *number <= kind.max) return std::to_string(*number);
    if (kind.outside == Outside::corrected && *number < kind.min) return std::to_string(kind.corrected);
    return Error{quoted(value) + " is out of range (" + std::to_string(kind.min) + " to " +
                 std::to_string(kind.max) + ")"};
}

Result<std::string> convert_real(std::string_view value) {
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || !std::isfinite(number))
        return Error{quoted(value) + " is not a number"};
    return std::string(value);
}

std::string_view word_in(const Kind& kind, std::string_view value) {
    for (const auto word : split(kind.words, '|'))
        if (same(word, value, kind.case_sensitive)) return word;
    return {};
}

Result<std::string> convert_word(const Option& option, std::string_view value,
                                 std::vector<std::string>& warnings) {
    if (const auto word = word_in(option.kind, value); !word.empty()) return std::string(word);
    std::string expected(option.kind.words);
    std::replace(expected.begin(), expected.end(), '|', ' ');
    const auto message = quoted(value) + " is none of: " + expected;
    if (option.kind.outside != Outside::warned) return Error{message};
    warnings.push_back("option " + std::string(option.name) + " is ignored: " + message);
    return std::string(option.kind.fallback);
}

Result<std::string> convert_endpoint(const Kind& kind, std::string_view value) {
    const auto parsed = parse_listen(value);
    if (!parsed) return parsed.error();
    if (kind.host_required && parsed->host.empty()) return Error{quoted(value) + " is not HOST:PORT"};
    return std::string(value);
}

} // namespace

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        if (const auto part = trim(text.substr(0, end)); !part.empty()) parts.push_back(part);
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

Result<std::int64_t> parse_integer(std::string_view text, int base) {
    const std::string copy(
        text); // strtoll() wants its NUL; what it would skip or take beyond numbers is refused
    const bool starts_well = !copy.empty() && std::strchr("+-0123456789", copy[0]);
    char* end = nullptr;
    errno = 0;
    const std::int64_t number = std::strtoll(copy.c_str(), &end, base);
    if (!starts_well || end == copy.c_str() || end != copy.c_str() + copy.size())
        return Error{quoted(text) + " is not a whole number"};
    if (errno == ERANGE) return Error{quoted(text) + " is too big a number"};
    return number;
}

bool printable_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        if (length == 0 || text[0] == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

Result<std::string> convert(const Option& option, std::string_view value, Origin origin,
                            std::vector<std::string>& warnings) {
    switch (option.kind.type) {
    case Type::flag: return convert_flag(value);
    case Type::integer: return convert_integer(option.kind, value, origin);
    case Type::real: return convert_real(value);
    case Type::words: return convert_word(option, value, warnings);
    case Type::endpoint: return convert_endpoint(option.kind, value);
    case Type::text: break;
    }
    if (!printable_utf8(value)) return Error{"the value is not UTF-8 text"};
    return std::string(value);
}

} // namespace rtpengine::options
