// SPDX-License-Identifier: Apache-2.0
#include "bench/common/sdes.h"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace rtpengine::bench {
namespace {

constexpr std::string_view suite = "AES_CM_128_HMAC_SHA1_80", before_tag = "a=crypto:";
constexpr std::size_t key_letters = 40; // of base64, without padding

} // namespace

Result<Crypto> crypto_of(const std::string& sdp) {
    const auto mark = fmt::format(" {} inline:", suite);
    const auto at = sdp.find(mark), key = at + mark.size();
    const auto line = at == sdp.npos ? sdp.npos : sdp.rfind(before_tag, at);
    Crypto found;
    if (line == sdp.npos || sdp.size() < key + key_letters ||
        EVP_DecodeBlock(found.key.data(), reinterpret_cast<const unsigned char*>(&sdp[key]), key_letters) !=
            int(found.key.size()))
        return Error{fmt::format("no a=crypto with {} in the daemon's SDP:\n{}", suite, sdp)};
    found.tag = sdp.substr(line + before_tag.size(), at - line - before_tag.size());
    return found;
}

std::string accepting(const std::string& tag) {
    return fmt::format("{}{} {} inline:{}", before_tag, tag, suite, std::string(key_letters, 'k'));
}

} // namespace rtpengine::bench
