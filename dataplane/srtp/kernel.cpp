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
void merge(Window& window, const Marks& marks) {
    for (auto age = std::min(Window::size - 1, marks.highest) + 1; age-- > 0;)
        if (marks.used[age / 64] >> age % 64 & 1) use(window, marks.highest - age);
    use(window, marks.highest);
}

void merge(Source& source, Half half, const Marks& marks) {
    merge(source.before[static_cast<int>(half)], marks);
    merge(source.now[static_cast<int>(half)], marks);
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

rtpengine_srtp_source to_kernel(const Source& source, const Turn& turn) {
    rtpengine_srtp_source kernel{};
    kernel.ssrc = static_cast<std::uint32_t>(source.ssrc.get());
    if (const auto& rtp = window(source, Half::rtp, turn); rtp.next.get()) {
        const auto known = marks(rtp);
        kernel.flags |= RTPENGINE_SRTP_SOURCE_RTP;
        kernel.rtp_index = known.highest;
        std::ranges::copy(known.used, kernel.rtp_window);
    }
    if (const auto& rtcp = window(source, Half::rtcp, turn); rtcp.next.get()) {
        const auto known = marks(rtcp);
        kernel.flags |= RTPENGINE_SRTP_SOURCE_RTCP;
        kernel.rtcp_index = static_cast<std::uint32_t>(known.highest);
        std::ranges::copy(known.used, kernel.rtcp_window);
    }
    return kernel;
}

// In `before` first: who is killed in between has it there when the turn is undone.
void from_kernel(Source& source, const rtpengine_srtp_source& kernel, const Turn& turn) {
    detail::enter(source, turn);
    if (kernel.flags & RTPENGINE_SRTP_SOURCE_RTP)
        merge(source, Half::rtp, {kernel.rtp_index, {kernel.rtp_window[0], kernel.rtp_window[1]}});
    if (kernel.flags & RTPENGINE_SRTP_SOURCE_RTCP)
        merge(source, Half::rtcp, {kernel.rtcp_index, {kernel.rtcp_window[0], kernel.rtcp_window[1]}});
    detail::then();
}

} // namespace rtpengine::srtp
