// SPDX-License-Identifier: Apache-2.0
// Cutting lines of text into tokens, and joining them again. Tokens are views into the caller's text; nothing is copied.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rtpengine::sdp {

// Removes and returns the next token of `rest`; blanks and tabs separate. "" when nothing is left.
std::string_view take_token(std::string_view& rest);
// Removes and returns what stands before `separator`; all of `rest` if it isn't there.
std::string_view take_until(std::string_view& rest, char separator);
std::string_view trim(std::string_view text); // blanks and tabs
// ASCII only.
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string lower_case(std::string_view text);
std::string join(const std::vector<std::string>& tokens); // with blanks between them

// The whole of `text` as a decimal number within [least, most]; nullopt for anything else.
template <std::integral T> std::optional<T> number(std::string_view text, T least, T most) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        return std::nullopt;
    return value;
}

} // namespace rtpengine::sdp
