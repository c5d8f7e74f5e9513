// SPDX-License-Identifier: Apache-2.0
// An agent, the peer that it should believe, and somebody whom it shouldn't.
#pragma once

#include <doctest/doctest.h>

#include "tests/unit/dataplane/ice/world.h"

namespace world {

inline const Credentials ours{"ourfragm", "ourpasswordourpasswordour"}, theirs{"peer", "peerpasswordpeerpassword"};
inline const Endpoint local = *Endpoint::parse("192.0.2.1:1000"), honest = *Endpoint::parse("198.51.100.1:2000"),
               stranger = *Endpoint::parse("203.0.113.66:666");
inline const Transaction some{1, 2, 3};

struct Victim {
    World world;
    Peer peer{world, ours, {"192.0.2.1:1000"}};
    explicit Victim(bool lite = false) {
        peer.terms.theirs = theirs;
        peer.terms.lite = lite;
        peer.agent.set(peer.terms, world.now_ms);
    }
    // What it says to it.
    using Said = std::vector<std::uint16_t>; // codes, 200 for a success
    Said hear(const Endpoint& from, Bytes bytes) {
        world.seen.clear();
        peer.agent.receive(0, from, bytes, world.now_ms);
        Said errors;
        for (const auto& each : world.seen) {
            CHECK(each.bytes.size() <= bytes.size() + 44); // 44: a success has an address and two seals
            if (const auto message = Message::read(each.bytes); message && message->cls != Class::request)
                errors.push_back(message->cls == Class::success ? 200 : message->error);
        }
        return errors;
    }
    bool moved() const { return peer.agent.selected().has_value(); }
};

struct Forgery {
    Writer writer;
    explicit Forgery(const std::string& name, std::uint64_t tie_breaker = 1, const Transaction& transaction = some) : writer(Class::request, transaction) {
        writer.username(name).priority(1).controlling(tie_breaker).use_candidate();
    }
    Bytes sealed(std::string_view pwd) { return writer.seal(pwd).finish(); }
};

} // namespace world
