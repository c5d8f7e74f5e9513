// SPDX-License-Identifier: Apache-2.0
#include "control/ng/keyless.h"

#include <algorithm>
#include <cctype>

namespace rtpengine::ng {

namespace {

constexpr std::string_view mark = "inline:";

bool base64(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '='; }

// Length of what is one character of a key, as it stands or as JSON may write it; 0: the key ends here.
std::size_t character(std::string_view text) {
    if (text.empty()) return 0;
    if (base64(text[0])) return 1;
    if (text.starts_with("\\/")) return 2;
    return text.starts_with("\\u00") && text.size() >= 6 && text.substr(2, 4) != "000d" && text.substr(2, 4) != "000a" ? 6 : 0;
}

std::string_view::iterator find_mark(std::string_view text) {
    return std::search(text.begin(), text.end(), mark.begin(), mark.end(),
                       [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

} // namespace

std::string without_keys(std::string_view message) {
    std::string shown;
    while (true) {
        const auto at = static_cast<std::size_t>(find_mark(message) - message.begin());
        shown.append(message.substr(0, at + std::min(mark.size(), message.size() - at)));
        if (at == message.size()) return shown;
        message.remove_prefix(at + mark.size());
        shown.append("*");
        while (const auto length = character(message)) message.remove_prefix(length);
    }
}

} // namespace rtpengine::ng
