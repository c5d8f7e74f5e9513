// SPDX-License-Identifier: Apache-2.0
#include "common/ng/value.h"

#include <algorithm>

namespace rtpengine::ng {

Dict::Dict(std::vector<Member> members) : members_(std::move(members)) {}

const Value* Dict::find(std::string_view key) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.first == key; });
    return found == members_.end() ? nullptr : &found->second;
}

Value& Dict::add(std::string key, Value value) {
    constexpr std::size_t usual = 8;
    if (members_.size() == members_.capacity()) members_.reserve(std::max(usual, 2 * members_.size()));
    return members_.emplace_back(std::move(key), std::move(value)).second;
}

// Number texts tell how the document was written, not what is in it.
bool Dict::operator==(const Dict& other) const { return members_ == other.members_; }

// By hand: clang 14 doesn't survive the recursion of a default through the variant.
bool Value::operator==(const Value& other) const {
    if (data_.index() != other.data_.index()) return false;
    if (number()) return *number() == *other.number();
    if (text()) return *text() == *other.text();
    if (list()) return *list() == *other.list();
    return *dict() == *other.dict();
}

} // namespace rtpengine::ng
