// SPDX-License-Identifier: Apache-2.0
#include "control/ng/value.h"

#include <algorithm>

namespace rtpengine::ng {

Dict::Dict(std::vector<Member> members) : members_(std::move(members)) {}

const Value* Dict::find(std::string_view key) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.first == key; });
    return found == members_.end() ? nullptr : &found->second;
}

Value& Dict::add(std::string key, Value value) {
    return members_.emplace_back(std::move(key), std::move(value)).second;
}

bool Dict::operator==(const Dict&) const = default;
bool Value::operator==(const Value&) const = default;

} // namespace rtpengine::ng
