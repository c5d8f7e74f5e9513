// SPDX-License-Identifier: Apache-2.0
// The data of the NG protocol: what both encodings (bencode, JSON) can carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rtpengine::ng {

class Value;
using List = std::vector<Value>;

// How a number inside a string is read (specification section 1.3).
enum class NumberText : std::uint8_t {
    decimal, // bencode: the whole string is one decimal integer
    prefix,  // JSON: as far as it goes, the base as in C ("0x10", "010")
};

// Keeps insertion order, which is the order on the wire. Requests may hold a key twice; find() gives the
// first.
class Dict {
  public:
    using Member = std::pair<std::string, Value>;

    Dict() = default;
    explicit Dict(std::vector<Member> members);

    const Value* find(std::string_view key) const; // nullptr: absent
    Value& add(std::string key, Value value);      // appends
    const Member* begin() const;
    const Member* end() const;
    bool empty() const;
    std::size_t size() const;
    bool operator==(const Dict&) const;

    // Of the document whose root this is; set by the decoders.
    NumberText number_text() const { return number_text_; }
    void set_number_text(NumberText syntax) { number_text_ = syntax; }

  private:
    std::vector<Member> members_;
    NumberText number_text_ = NumberText::decimal;
};

class Value {
  public:
    Value() : data_(std::int64_t{0}) {}
    Value(std::int64_t number) : data_(number) {}
    Value(int number) : data_(std::int64_t{number}) {}
    Value(std::uint64_t number) : data_(static_cast<std::int64_t>(number)) {}
    Value(unsigned number) : data_(std::int64_t{number}) {}
    Value(bool flag) : data_(std::int64_t{flag}) {}
    Value(std::string text) : data_(std::move(text)) {}
    Value(std::string_view text) : data_(std::string(text)) {}
    Value(const char* text) : data_(std::string(text)) {}
    Value(List list) : data_(std::move(list)) {}
    Value(Dict dict) : data_(std::move(dict)) {}

    const std::int64_t* number() const { return std::get_if<std::int64_t>(&data_); }
    const std::string* text() const { return std::get_if<std::string>(&data_); }
    const List* list() const { return std::get_if<List>(&data_); }
    const Dict* dict() const { return std::get_if<Dict>(&data_); }
    bool operator==(const Value&) const;

  private:
    std::variant<std::int64_t, std::string, List, Dict> data_;
};

// Here Member is complete.
inline const Dict::Member* Dict::begin() const { return members_.data(); }
inline const Dict::Member* Dict::end() const { return members_.data() + members_.size(); }
inline bool Dict::empty() const { return members_.empty(); }
inline std::size_t Dict::size() const { return members_.size(); }

} // namespace rtpengine::ng
