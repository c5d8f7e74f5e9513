// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rtpengine::call {

struct Media;

// What a media's party is sent of another media. The receiver's media owns it; anybody may have any number of them, and of the same
// source only one.
struct Subscription {
    enum class Kind : std::uint8_t { offer_answer };
    static constexpr auto last_kind = Kind::offer_answer;

    Media* source;
    Kind kind = Kind::offer_answer;
    bool blocked = false;         // its media isn't let through, but telephone events; RTCP is
    bool silenced = false;        // silence is let through instead
    bool rtp = true, rtcp = true; // which components there are of it

    bool operator==(const Subscription&) const = default;
};

// As reports have it.
constexpr std::string_view name_of(Subscription::Kind kind) {
    switch (kind) {
    case Subscription::Kind::offer_answer: break;
    }
    return "offer/answer";
}

} // namespace rtpengine::call
