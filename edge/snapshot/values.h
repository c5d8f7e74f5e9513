// SPDX-License-Identifier: Apache-2.0
// Values out of a snapshot, which is a JSON document of control's. What isn't there is empty.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/ng/value.h"

namespace rtpengine::edge::snapshot {

inline const ng::Dict& dict(const ng::Dict& from, std::string_view key) {
    static const ng::Dict none;
    const auto* found = from.find(key);
    return found && found->dict() ? *found->dict() : none;
}
inline const ng::Dict& dict(const ng::Value& value) {
    static const ng::Dict none;
    return value.dict() ? *value.dict() : none;
}
inline const ng::List& list(const ng::Dict& from, std::string_view key) {
    static const ng::List none;
    const auto* found = from.find(key);
    return found && found->list() ? *found->list() : none;
}
inline std::int64_t number(const ng::Dict& from, std::string_view key) {
    const auto* found = from.find(key);
    return found && found->number() ? *found->number() : 0;
}
inline std::string text(const ng::Dict& from, std::string_view key) {
    const auto* found = from.find(key);
    return found && found->text() ? *found->text() : std::string();
}
// Of what is no whole number: snapshots have those as text.
inline double real(const ng::Dict& from, std::string_view key) { return std::strtod(text(from, key).c_str(), nullptr); }
// As it stands, whichever of the two it is.
inline std::string shown(const ng::Dict& from, std::string_view key) {
    const auto* found = from.find(key);
    if (!found) return "0";
    return found->number() ? std::to_string(*found->number()) : found->text() ? *found->text() : "0";
}

} // namespace rtpengine::edge::snapshot
