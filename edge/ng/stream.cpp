// SPDX-License-Identifier: Apache-2.0
#include "edge/ng/stream.h"

namespace rtpengine::edge {

namespace {

constexpr unsigned deepest = 64;           // containers in containers; control refuses half as many already, with an answer
constexpr std::size_t longest_number = 21; // characters
const Error too_long{"a message is longer than 262144 bytes"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

} // namespace

// Steps say whether they could do theirs; what they could not waits for more.
Result<std::size_t> MessageEnd::look(std::string_view input) {
    while (!whole_) {
        const auto done = step(input);
        if (!done) return done.error();
        if (at_ > longest) return too_long;
        if (!*done) return input.size() > longest ? Result<std::size_t>(too_long) : std::size_t{0};
    }
    return at_;
}

Result<bool> MessageEnd::step(std::string_view input) {
    switch (within_) {
    case Within::cookie: return cookie(input);
    case Within::document: return document(input);
    case Within::bencode: return bencode(input);
    default: return json(input);
    }
}

Result<bool> MessageEnd::cookie(std::string_view input) {
    const auto space = input.find(' ', at_);
    at_ = space == std::string_view::npos ? input.size() : space + 1;
    if (space == 0) return Error{"a message begins with a blank instead of a cookie"};
    if (at_ > longest_cookie) return Error{"a cookie is longer than 4096 bytes, or no blank follows it"};
    if (space == std::string_view::npos) return false;
    within_ = Within::document;
    return true;
}

Result<bool> MessageEnd::document(std::string_view input) {
    if (at_ >= input.size()) return false;
    const auto first = input[at_];
    if (first != 'd' && first != '{') return Error{"behind a cookie there is neither a bencode dictionary nor a JSON object"};
    within_ = first == 'd' ? Within::bencode : Within::json;
    return true;
}

Result<bool> MessageEnd::bencode(std::string_view input) {
    if (at_ >= input.size()) return false;
    const auto c = input[at_];
    if (c == 'i') return integer(input);
    if (is_digit(c)) return string(input);
    if (c != 'd' && c != 'l' && c != 'e') return Error{"a message is no bencode"};
    ++at_;
    depth_ += c == 'e' ? ~0U : 1U; // one less, or one more
    if (depth_ > deepest) return Error{"a message has too many lists within lists"};
    whole_ = depth_ == 0;
    return true;
}

Result<bool> MessageEnd::integer(std::string_view input) {
    const auto end = input.find('e', at_);
    const auto length = (end == std::string_view::npos ? input.size() : end) - at_;
    if (length > longest_number) return Error{"a message is no bencode: a number doesn't end"};
    if (end == std::string_view::npos) return false;
    at_ = end + 1;
    return true;
}

Result<bool> MessageEnd::string(std::string_view input) {
    std::size_t length = 0, i = at_;
    for (; i < input.size() && is_digit(input[i]); ++i) {
        length = length * 10 + static_cast<std::size_t>(input[i] - '0');
        if (length > longest) return too_long;
        if (i - at_ > longest_number) return Error{"a message is no bencode: a number doesn't end"};
    }
    if (i >= input.size()) return false;
    if (input[i] != ':') return Error{"a message is no bencode: a string has no length"};
    at_ = i + 1 + length; // which may not have come yet
    return true;
}

Result<bool> MessageEnd::json(std::string_view input) {
    if (at_ >= input.size()) return false;
    const auto c = input[at_++];
    if (quoted_) {
        quoted_ = escaped_ || c != '"';
        escaped_ = !escaped_ && c == '\\';
        return true;
    }
    if (c == '"') quoted_ = true;
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') whole_ = --depth_ == 0;
    if (depth_ > deepest) return Error{"a message has too many arrays within arrays"};
    return true;
}

} // namespace rtpengine::edge
