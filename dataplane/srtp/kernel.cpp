// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/kernel.h"

#include <algorithm>
#include <optional>

namespace rtpengine::srtp {

namespace {

std::optional<rtpengine_cipher> cipher_of(const Suite& suite) {
    switch (suite.cipher) {
    case Cipher::null: return RTPENGINE_CIPHER_NULL;
    case Cipher::aes_cm: return suite.key == 16 ? RTPENGINE_AES_CM_128 : suite.key == 24 ? RTPENGINE_AES_CM_192 : RTPENGINE_AES_CM_256;
    case Cipher::aes_gcm: return suite.key == 16 ? RTPENGINE_AES_GCM_128 : RTPENGINE_AES_GCM_256;
    case Cipher::aes_f8: break;
    }
    return std::nullopt;
}

rtpengine_auth auth_of(const Suite& suite) {
    if (suite.aead()) return RTPENGINE_AUTH_NULL;
    return suite.rtp_tag == suite.rtcp_tag ? RTPENGINE_HMAC_SHA1_80 : RTPENGINE_HMAC_SHA1_32;
}

std::uint8_t flags_of(const SessionParameters& session) {
    return static_cast<std::uint8_t>(RTPENGINE_SRTP | (session.unencrypted_srtp ? RTPENGINE_SRTP_UNENCRYPTED : 0) |
                                     (session.unencrypted_srtcp ? RTPENGINE_SRTCP_UNENCRYPTED : 0) |
                                     (session.unauthenticated_srtp ? RTPENGINE_SRTP_UNAUTHENTICATED : 0));
}

// The oldest first: none pushes another one out.
void merge(Window& window, const Marks& marks, std::uint64_t from) {
    for (auto age = std::min(Window::size - 1, marks.highest) + 1; age-- > 0;)
        if (marks.highest - age >= from && marks.used[age / 64] >> age % 64 & 1) use(window, marks.highest - age);
}

} // namespace

bool to_kernel(const Parameters& parameters, rtpengine_srtp& to) {
    const auto& [key, salt, mki] = parameters.master;
    const auto cipher = parameters.valid() ? cipher_of(*parameters.suite) : std::nullopt;
    if (!cipher || mki.size() > RTPENGINE_MAX_MKI) return false;
    to = {};
    to.flags = flags_of(parameters.session);
    to.cipher = static_cast<std::uint8_t>(*cipher);
    to.auth = static_cast<std::uint8_t>(auth_of(*parameters.suite));
    to.mki_length = static_cast<std::uint8_t>(mki.size());
    std::ranges::copy(key.view(), to.master_key);
    std::ranges::copy(salt.view(), to.master_salt);
    std::ranges::copy(mki.view(), to.mki);
    return true;
}

// In `before` first: who is killed in between has it there when the turn is undone.
void from_kernel(Source& source, const Marks& kernel, const Turn& turn) {
    const auto from = source.lent.get();
    if (!from || kernel.highest < from) return;
    detail::enter(source, turn);
    merge(source.before[0], kernel, from);
    merge(source.now[0], kernel, from);
    detail::then();
}

} // namespace rtpengine::srtp
