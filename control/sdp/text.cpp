// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/text.h"

#include <algorithm>

namespace rtpengine::sdp {

namespace {

constexpr std::string_view blanks = " \t";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string_view take_token(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const std::string_view token = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(token.size());
    return token;
}

std::string_view take_until(std::string_view& rest, char separator) {
    const std::string_view part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

std::string_view trim(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

std::string join(const std::vector<std::string>& tokens) {
    std::string text;
    for (const auto& token : tokens)
        text.append(text.empty() ? "" : " ").append(token);
    return text;
}

} // namespace rtpengine::sdp
