// SPDX-License-Identifier: Apache-2.0
#include "control/ng/keyless.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace rtpengine::ng {

namespace {

constexpr std::array<std::string_view, 2> marks = {"inline:", "ice-pwd:"};

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

} // namespace

std::string without_keys(std::string_view message) {
    std::string shown;
    while (true) {
        const auto secret = behind_mark(message);
        shown.append(message.substr(0, secret));
        if (secret == std::string_view::npos) return shown;
        message.remove_prefix(secret);
        shown.append("*");
        while (const auto length = character(message)) message.remove_prefix(length);
    }
}

} // namespace rtpengine::ng
