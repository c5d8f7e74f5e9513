// SPDX-License-Identifier: Apache-2.0
// Keys, and parties that have them.
#pragma once

#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "dataplane/srtp/places.h"
#include "pair.h"

namespace rtpengine::live {

inline srtp::Parameters keys(const char* suite, unsigned seed) {
    std::mt19937 random(seed);
    srtp::Parameters made;
    made.suite = srtp::find_suite(suite);
    for (auto& byte : made.master.key.make(made.suite->key))
        byte = static_cast<std::uint8_t>(random());
    for (auto& byte : made.master.salt.make(made.suite->salt))
        byte = static_cast<std::uint8_t>(random());
    return made;
}

inline link::Srtp message(const srtp::Parameters& keys) {
    link::Srtp message;
    const auto text = [](const auto& secret) {
        return std::string(secret.view().begin(), secret.view().end());
    };
    message.set_suite(std::string(keys.suite->name));
    auto& master = *message.add_masters();
    master.set_key(text(keys.master.key));
    master.set_salt(text(keys.master.salt));
    master.set_mki(text(keys.master.mki));
    return message;
}

// A party's end of one direction, with a replay window of its own.
class End {
  public:
    explicit End(const srtp::Parameters& keys) : session_(*srtp::Session::make(keys)) {}

    Bytes protect(srtp::Half half, const Bytes& packet) {
        Bytes room(packet.size() + session_.overhead(half));
        const auto made = places().protect(session_, half, {}, packet, room);
        REQUIRE(made);
        room.resize(made.size);
        return room;
    }
    // Empty: it isn't authentic, or came before.
    Bytes open(srtp::Half half, const Bytes& packet) {
        Bytes room(packet.size());
        const auto opened = places().unprotect(session_, half, {}, packet, room);
        room.resize(opened ? opened.size : 0);
        return room;
    }

  private:
    srtp::Places places() { return srtp::Places(sources_); }

    srtp::Session session_;
    std::vector<srtp::Source> sources_ = std::vector<srtp::Source>(256);
};

} // namespace rtpengine::live
