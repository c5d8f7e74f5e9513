// SPDX-License-Identifier: Apache-2.0
// What is seen of a datagram before OpenSSL sees it (RFC 6347 section 4.1): pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace rtpengine::dtls {

using Bytes = std::span<const std::uint8_t>;

enum class Content : std::uint8_t { change_cipher_spec = 20, alert = 21, handshake = 22, application = 23 };

struct Record {
    Content content;
    std::uint16_t epoch;
    Bytes fragment;
};

// Takes the first record off `datagram`. nullopt: it isn't whole, or not one of DTLS 1.0 to 1.2.
std::optional<Record> take_record(Bytes& datagram);

// Records from the first byte to the last, and at least one.
bool is_whole(Bytes datagram);

// The first thing that somebody sends who wants a handshake: a ClientHello, or its first fragment. Its random (32 bytes) tells a
// repetition from another one. nullopt: anything else.
std::optional<Bytes> client_hello(Bytes datagram);

} // namespace rtpengine::dtls
