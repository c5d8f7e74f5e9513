// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rtpengine::call {

struct Media;

// What a media's party is sent of another media. The receiver's media owns it; anybody may have any number of them, and of the same
// source only one. One without components is there for the keys that its source's packets left under: they stay known.
struct Subscription {
    enum class Kind : std::uint8_t {
        offer_answer, // both have agreed upon it
        pub_sub,      // the receiver listens, and the source needn't know
        connection,   // both were connected by somebody else
    };
    static constexpr auto last_kind = Kind::connection;

    Media* source;
    Kind kind = Kind::offer_answer;
    bool blocked = false;         // its media isn't let through, but telephone events; RTCP is
    bool silenced = false;        // silence is let through instead
    bool rtp = true, rtcp = true; // which components there are of it

    bool in_dialogue() const { return kind != Kind::pub_sub; }
    bool carries() const { return rtp || rtcp; }
    bool operator==(const Subscription&) const = default;
};

// As reports have it.
constexpr std::string_view name_of(Subscription::Kind kind) {
    switch (kind) {
    case Subscription::Kind::offer_answer: break;
    case Subscription::Kind::pub_sub:
    case Subscription::Kind::connection: return "pub/sub";
    }
    return "offer/answer";
}

} // namespace rtpengine::call
