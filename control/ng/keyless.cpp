// SPDX-License-Identifier: Apache-2.0
#include "control/ng/keyless.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace rtpengine::ng {

namespace {

constexpr std::array<std::string_view, 5> marks = {"inline:", "ice-pwd:", "k=base64:", "k=clear:", "key-mgmt:mikey "};

bool base64(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '='; }

// Length of what is one character of a key, as it stands or as JSON may write it; 0: the key ends here.
std::size_t character(std::string_view text) {
    if (text.empty()) return 0;
    if (base64(text[0])) return 1;
    if (text.starts_with("\\/")) return 2;
    return text.starts_with("\\u00") && text.size() >= 6 && text.substr(2, 4) != "000d" && text.substr(2, 4) != "000a" ? 6 : 0;
}

// Where the text behind the next mark begins; npos: there is none.
std::size_t behind_mark(std::string_view text) {
    auto nearest = std::string_view::npos;
    for (const auto mark : marks) {
        const auto found = std::search(text.begin(), text.end(), mark.begin(), mark.end(),
                                       [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
        if (found != text.end()) nearest = std::min(nearest, static_cast<std::size_t>(found - text.begin()) + mark.size());
    }
    return nearest;
}

// JSON may write any character by its number: printable ones are shown as they are, but those that would end a string.
std::string spelled_out(std::string_view message) {
    constexpr std::size_t size = 6; // of an escape
    std::string text;
    for (std::size_t at = 0; at < message.size(); ++at) {
        unsigned code = 0;
        const auto digits = message.substr(at, size).starts_with("\\u00") && at + size <= message.size() ? message.substr(at + 4, 2) : "";
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        const bool printable = !digits.empty() && error == std::errc{} && end == digits.data() + 2 && code >= 0x20 && code < 0x7f && code != '"' && code != '\\';
        text += printable ? static_cast<char>(code) : message[at];
        if (printable) at += size - 1;
    }
    return text;
}

} // namespace

std::string without_keys(std::string_view as_it_came) {
    const auto text = spelled_out(as_it_came);
    std::string_view message = text;
    std::string shown;
    while (true) {
        const auto secret = behind_mark(message);
        shown.append(message.substr(0, secret));
        if (secret == std::string_view::npos) return shown;
        message.remove_prefix(secret);
        while (message.starts_with(' ')) message.remove_prefix(1);
        shown.append("*");
        while (const auto length = character(message)) message.remove_prefix(length);
    }
}

} // namespace rtpengine::ng
