// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ice/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace rtpengine::ice {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        table[i] = i;
        for (int bit = 0; bit < 8; ++bit) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0u);
    }
    return table;
}

constexpr auto crc_table = make_table();
constexpr std::uint32_t crc_mask = 0x5354554e;

} // namespace

bool hmac_sha1(std::string_view key, Bytes text, Seal& seal) {
    unsigned size = 0;
    return HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), seal.data(), &size) &&
           size == seal.size();
}

bool same(const Seal& a, Bytes b) { return b.size() == a.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

std::uint32_t fingerprint(Bytes text) {
    std::uint32_t crc = ~0u;
    for (const auto byte : text) crc = crc >> 8 ^ crc_table[(crc ^ byte) & 0xff];
    return ~crc ^ crc_mask;
}

} // namespace rtpengine::ice
