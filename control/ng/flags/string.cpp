// SPDX-License-Identifier: Apache-2.0
#include "control/ng/flags/string.h"

#include "common/ng/bounds.h"

namespace rtpengine::ng {

namespace {

// Where the key of "key=value" ends; 0: the word has none.
std::size_t key_length(std::string_view word) {
    if (word.starts_with('[')) return 0;
    const auto equals = word.find('=');
    return equals == std::string_view::npos ? 0 : equals;
}

bool empty(const Value& value) {
    return value.text() && value.text()->empty();
}

} // namespace

std::optional<StringItem> StringReader::next() {
    if (!skip_spaces()) return std::nullopt;
    if (key_length(peek_word()) == 0) return StringItem{"", Value(word(0))};
    const std::string key(take_key());
    auto member = value(0);
    if (empty(member)) return StringItem{"", Value(key)}; // "key=" is the word "key"
    return StringItem{key, std::move(member)};
}

Value StringReader::value(unsigned depth) {
    if (depth >= max_depth || !text_.starts_with('[')) return Value(word(depth));
    text_.remove_prefix(1);
    return container(depth + 1);
}

// Its first member says whether it is a list or a dictionary. Without a closing bracket it takes the rest.
Value StringReader::container(unsigned depth) {
    Dict dict;
    List list;
    skip_spaces();
    const bool is_dict = key_length(peek_word()) > 0;
    while (closed_ == 0 && skip_spaces()) {
        if (is_dict) {
            dict_member(dict, depth);
        } else if (auto member = value(depth); !empty(member)) {
            list.push_back(std::move(member));
        }
    }
    if (closed_ > 0) --closed_;
    return is_dict ? Value(std::move(dict)) : Value(std::move(list));
}

void StringReader::dict_member(Dict& dict, unsigned depth) {
    const bool has_key = key_length(peek_word()) > 0;
    std::string key(has_key ? take_key() : std::string_view{});
    auto member = value(depth);
    if (has_key && !empty(member)) dict.add(std::move(key), std::move(member));
}

// Up to the next space. Inside of containers brackets at its end close them.
std::string_view StringReader::word(unsigned depth) {
    auto taken = peek_word();
    text_.remove_prefix(taken.size());
    for (; closed_ < depth && taken.ends_with(']'); ++closed_)
        taken.remove_suffix(1);
    return taken;
}

std::string_view StringReader::take_key() {
    const auto key = text_.substr(0, key_length(peek_word()));
    text_.remove_prefix(key.size() + 1);
    return key;
}

bool StringReader::skip_spaces() {
    const auto begin = text_.find_first_not_of(' ');
    text_.remove_prefix(begin == std::string_view::npos ? text_.size() : begin);
    return !text_.empty();
}

} // namespace rtpengine::ng
