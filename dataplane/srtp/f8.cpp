// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/f8.h"

#include "common/srtp/secret.h"
#include "dataplane/srtp/packet.h"

namespace rtpengine::srtp {

namespace {

// The salt, and behind it 0x55 as far as the key goes.
Secret<16> mask(Bytes key, Bytes salt) {
    Secret<16> masked;
    const auto bytes = masked.make(16);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = key[i] ^ (i < salt.size() ? salt[i] : 0x55);
    return masked;
}

void add(Block& to, const Block& block) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] ^= block[i];
}

// On its low bits; more than 32 of them no datagram has.
void count(Block& to, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) to[15 - i] ^= static_cast<std::uint8_t>(number >> 8 * i);
}

} // namespace

Result<F8> F8::make(Bytes key, Bytes salt) {
    if (key.size() != 16 || salt.size() > 16) return Error{"AES in f8 mode has keys of 16 bytes"};
    auto plain = Blocks::make(key);
    if (!plain) return plain.error();
    auto masked = Blocks::make(mask(key, salt).view());
    if (!masked) return masked.error();
    return F8{*std::move(plain), *std::move(masked)};
}

bool F8::crypt(const Block& iv, Bytes from, std::uint8_t* to) {
    Block start, stream{};
    if (!masked_.encrypt(iv, start)) return false;
    for (std::size_t at = 0; at < from.size(); at += stream.size()) {
        add(stream, start);
        count(stream, static_cast<std::uint32_t>(at / stream.size()));
        if (!key_.encrypt(stream, stream)) return false;
        const auto end = std::min(from.size(), at + stream.size());
        for (auto i = at; i < end; ++i) to[i] = from[i] ^ stream[i - at];
    }
    return true;
}

} // namespace rtpengine::srtp
