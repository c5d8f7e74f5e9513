// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/rare_ciphers.h"

#include <array>

namespace rtpengine::srtp {

namespace {

std::size_t length_place(std::size_t key) { return key / 8 - 2; }

template <class Cipher> Status prepare(std::optional<Cipher>& cipher, std::size_t key) {
    if (cipher) return {};
    constexpr std::array<std::uint8_t, 32> nobodys{};
    auto made = Cipher::make(Bytes(nobodys).first(key));
    if (!made) return made.error();
    cipher = *std::move(made);
    return {};
}

template <class Cipher> Cipher* with(std::optional<Cipher>& cipher, Bytes key) {
    return cipher && cipher->rekey(key) ? &*cipher : nullptr;
}

} // namespace

Status RareCiphers::prepare_counter(std::size_t key) { return prepare(counters_[length_place(key)], key); }
Status RareCiphers::prepare_gcm(std::size_t key) { return prepare(gcms_[length_place(key)], key); }
Counter128* RareCiphers::counter(Bytes key) { return with(counters_[length_place(key.size())], key); }
Gcm* RareCiphers::gcm(Bytes key) { return with(gcms_[length_place(key.size())], key); }

} // namespace rtpengine::srtp
