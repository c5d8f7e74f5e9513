// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/fingerprint.h"

#include <cstring>
#include <memory>

#include <openssl/evp.h>

namespace rtpengine::srtp {

namespace {

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// With its length, so that no two lists of them run together to the same text.
bool add(EVP_MD_CTX* digest, std::span<const std::uint8_t> bytes) {
    const auto size = static_cast<std::uint8_t>(bytes.size());
    return EVP_DigestUpdate(digest, &size, 1) && EVP_DigestUpdate(digest, bytes.data(), bytes.size());
}

bool add(EVP_MD_CTX* digest, const Parameters& keys) {
    const std::uint8_t head[] = {static_cast<std::uint8_t>(keys.suite - suites.data()),
                                 keys.session.unencrypted_srtp, keys.session.unencrypted_srtcp,
                                 keys.session.unauthenticated_srtp};
    return add(digest, head) && add(digest, keys.master.key.view()) && add(digest, keys.master.salt.view()) &&
           add(digest, keys.master.mki.view());
}

} // namespace

Result<std::uint64_t> fingerprint(std::span<const Parameters> keys) {
    const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    bool good = digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
    for (const auto& each : keys)
        good = good && add(digest.get(), each);
    std::uint8_t bytes[EVP_MAX_MD_SIZE];
    if (!good || !EVP_DigestFinal_ex(digest.get(), bytes, nullptr))
        return Error{"OpenSSL can't make a SHA-256", 0};
    std::uint64_t number;
    std::memcpy(&number, bytes, sizeof number);
    return number | 1;
}

} // namespace rtpengine::srtp
