// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/derive.h"

namespace rtpengine::srtp {

namespace {

enum class Label : std::uint8_t { encryption, authentication, salt, per_half }; // three for RTP, then three for RTCP

// The master key's AES in counter mode is the generator. Its input: zeros behind the salt, in whose byte 7 the label goes.
bool generate(Counter128& master, const Parameters& parameters, Half half, Label label, std::span<std::uint8_t> out) {
    Block iv{};
    std::memcpy(iv.data(), parameters.master.salt.data(), parameters.master.salt.size());
    iv[7] ^= static_cast<std::uint8_t>(static_cast<int>(label) + static_cast<int>(half) * static_cast<int>(Label::per_half));
    return master.crypt(iv, out, out.data()); // `out` is zeros
}

} // namespace

Result<SessionKeys> derive(const Parameters& parameters, Half half) {
    if (!parameters.valid()) return Error{"SRTP: the key, the salt or the session parameters aren't the suite's"};
    auto master = Counter128::make(parameters.master.key.view());
    if (!master) return master.error();
    SessionKeys keys;
    if (generate(*master, parameters, half, Label::encryption, keys.key.make(parameters.suite->key)) &&
        generate(*master, parameters, half, Label::authentication, keys.authentication.make(HmacSha1::size)) &&
        generate(*master, parameters, half, Label::salt, keys.salt.make(parameters.suite->salt)))
        return keys;
    return Error{"SRTP: OpenSSL derives no keys"};
}

} // namespace rtpengine::srtp
