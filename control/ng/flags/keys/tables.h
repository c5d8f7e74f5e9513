// SPDX-License-Identifier: Apache-2.0
// The keys of a request (specification section 3.2), a table for each idea: one row for each spelling that differs in more than
// case, blanks, hyphens and underscores. Internal to control/ng/flags.
#pragma once

#include "common/ng/coerce.h"
#include "control/ng/flags/reading.h"

namespace rtpengine::ng::keys {

// Each sorted by name; no name is in two of them.
std::span<const KeyRow> addressing();
std::span<const KeyRow> body();
std::span<const KeyRow> codecs();
std::span<const KeyRow> dialogue();
std::span<const KeyRow> later();
std::span<const KeyRow> packets();
std::span<const KeyRow> request();
std::span<const KeyRow> security();

// ---- what rows of several tables do with their values ----

template <ApplyText apply> void word(Reading& r, const Value& value) {
    if (value.text()) apply(r, text_of(value));
}

template <ApplyText apply> void each(Reading& r, const Value& value) {
    for (const auto& member : r.members(value)) apply(r, member);
}

template <auto list> void escaped(Reading& r, const Value& value) {
    for (const auto& member : r.members(value)) (r.flags.*list).push_back(unescape(member));
}

template <auto target> void literal(Reading& r, const Value& value) {
    if (const auto parsed = Address::parse(text_of(value))) r.flags.*target = parsed;
    else ignore(r, r.key, text_of(value));
}

} // namespace rtpengine::ng::keys
