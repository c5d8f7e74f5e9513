// SPDX-License-Identifier: Apache-2.0
#include "common/ng/bencode.h"

#include <charconv>
#include <optional>
#include <utility>

#include "common/ng/bounds.h"

namespace rtpengine::ng {

namespace {

// Consumes the text from its front. Every method gives nothing at the first byte that can't be right.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Dict> dict(unsigned depth) {
        if (depth > max_depth || !take('d')) return std::nullopt;
        Dict dict;
        while (!take('e')) {
            auto key = string();
            if (!key) return std::nullopt;
            auto value = any(depth + 1);
            if (!value) return std::nullopt;
            dict.add(std::move(*key), std::move(*value));
        }
        return dict;
    }

  private:
    std::optional<Value> any(unsigned depth) {
        if (text_.empty()) return std::nullopt;
        switch (text_.front()) {
        case 'i': return wrap(integer());
        case 'l': return wrap(list(depth));
        case 'd': return wrap(dict(depth));
        default: return wrap(string());
        }
    }

    template <class T> static std::optional<Value> wrap(std::optional<T> part) {
        if (!part) return std::nullopt;
        return Value(std::move(*part));
    }

    std::optional<List> list(unsigned depth) {
        if (depth > max_depth || !take('l')) return std::nullopt;
        List list;
        while (!take('e')) {
            auto value = any(depth + 1);
            if (!value) return std::nullopt;
            list.push_back(std::move(*value));
        }
        return list;
    }

    std::optional<std::int64_t> integer() {
        if (!take('i')) return std::nullopt;
        const auto number = digits<std::int64_t>('e');
        return number;
    }

    std::optional<std::string> string() {
        if (text_.empty() || text_.front() == '-') return std::nullopt;
        const auto length = digits<std::size_t>(':');
        if (!length || *length > text_.size()) return std::nullopt;
        std::string value(text_.substr(0, *length));
        text_.remove_prefix(*length);
        return value;
    }

    // A number up to and with `stop`; "0" may not be followed by more digits.
    template <class T> std::optional<T> digits(char stop) {
        T number{};
        const char* const begin = text_.data();
        const auto [end, error] = std::from_chars(begin, begin + text_.size(), number);
        if (error != std::errc{}) return std::nullopt;
        std::string_view written(begin, static_cast<std::size_t>(end - begin));
        if (written.front() == '-') written.remove_prefix(1);
        if (written.size() > 1 && written.front() == '0') return std::nullopt;
        text_.remove_prefix(static_cast<std::size_t>(end - begin));
        if (!take(stop)) return std::nullopt;
        return number;
    }

    bool take(char expected) {
        if (text_.empty() || text_.front() != expected) return false;
        text_.remove_prefix(1);
        return true;
    }

    std::string_view text_;
};

} // namespace

Result<Dict> decode_bencode(std::string_view text) {
    if (text.size() <= max_document) {
        if (auto dict = Reader(text).dict(1)) return std::move(*dict);
    }
    return Error{"Could not decode bencode dictionary"};
}

} // namespace rtpengine::ng
