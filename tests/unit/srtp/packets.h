// SPDX-License-Identifier: Apache-2.0
// Packets, keys and random numbers for the tests of SRTP.
#pragma once

#include <cstdint>
#include <new>
#include <random>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "common/srtp/parameters.h"
#include "dataplane/srtp/session.h"

namespace rtpengine::srtp {

using Datagram = std::vector<std::uint8_t>;

inline Datagram hex(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Datagram bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
    return bytes;
}

inline Datagram random_bytes(std::mt19937& random, std::size_t size) {
    Datagram bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

inline Parameters random_parameters(std::mt19937& random, const Suite& suite, std::size_t mki = 0) {
    Parameters parameters;
    parameters.suite = &suite;
    REQUIRE(parameters.master.key.assign(random_bytes(random, suite.key)));
    REQUIRE(parameters.master.salt.assign(random_bytes(random, suite.salt)));
    REQUIRE(parameters.master.mki.assign(random_bytes(random, mki)));
    return parameters;
}

// With ciphers of RTCP that another one has as well, or with its own: by the key.
inline Session session(const Parameters& parameters) {
    static const auto shared = std::make_shared<RareCiphers>();
    auto made = Session::make(parameters, parameters.master.key.data()[0] % 2 ? shared : nullptr);
    REQUIRE(made);
    return *std::move(made);
}

inline Datagram rtp(std::uint32_t ssrc, std::uint16_t sequence, Datagram payload = {1, 2, 3}) {
    Datagram packet(12);
    packet[0] = 0x80, packet[1] = 96;
    packet[2] = static_cast<std::uint8_t>(sequence >> 8), packet[3] = static_cast<std::uint8_t>(sequence);
    put_be32(packet.data() + 8, ssrc);
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
}

// A receiver report and what follows it.
inline Datagram rtcp(std::uint32_t ssrc, Datagram rest = {}) {
    Datagram packet{0x80, 201, 0, 1, 0, 0, 0, 0};
    put_be32(packet.data() + 4, ssrc);
    packet.insert(packet.end(), rest.begin(), rest.end());
    return packet;
}

// The packet, or an empty one and why.
struct Attempt {
    Fault fault;
    Datagram packet;
};

inline Attempt attempt(Outcome outcome, Datagram room) {
    room.resize(outcome ? outcome.size : 0);
    return {outcome.fault, std::move(room)};
}
inline Attempt protect(Session& session, Half half, Source& source, const Datagram& packet, const Turn& turn = {}) {
    Datagram room(packet.size() + session.overhead(half));
    const auto outcome = session.protect(half, source, turn, packet, room);
    return attempt(outcome, std::move(room));
}
inline Attempt unprotect(Session& session, Half half, Source& source, const Datagram& packet, const Turn& turn = {}) {
    Datagram room(packet.size());
    const auto outcome = session.unprotect(half, source, turn, packet, room);
    return attempt(outcome, std::move(room));
}

// Both ends of one direction, with keys of their own.
struct OneWay {
    std::mt19937 random{1};
    Parameters parameters = random_parameters(random, *find_suite("AES_CM_128_HMAC_SHA1_80"));
    Session sender = session(parameters), receiver = session(parameters);
};

inline bool equal(const Window& a, const Window& b) {
    return a.next.get() == b.next.get() && a.used[0].get() == b.used[0].get() && a.used[1].get() == b.used[1].get();
}
inline bool equal(const Source& a, const Source& b) {
    return a.ssrc.get() == b.ssrc.get() && a.turn.get() == b.turn.get() && equal(a.now[0], b.now[0]) && equal(a.now[1], b.now[1]) &&
           equal(a.before[0], b.before[0]) && equal(a.before[1], b.before[1]);
}

inline void reset(Source& source) { new (&source) Source; }

// Combinations that the suites allow.
template <class Visit> void each_parameters(std::mt19937& random, Visit visit) {
    for (const auto& suite : suites)
        for (const std::size_t mki : {0, 1, 4, 128})
            for (unsigned bits = 0; bits < 8; ++bits) {
                auto parameters = random_parameters(random, suite, mki);
                parameters.session = {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
                if (parameters.valid()) visit(parameters);
            }
}

} // namespace rtpengine::srtp

namespace doctest {
template <> struct StringMaker<rtpengine::srtp::Fault> {
    static String convert(rtpengine::srtp::Fault fault) { return rtpengine::srtp::name(fault).data(); }
};
} // namespace doctest
