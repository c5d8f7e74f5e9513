// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/opener.h"

#include <fmt/format.h>
#include <srtp2/srtp.h>

namespace rtpengine::bench {

void Opener::Release::operator()(srtp_ctx_t_* session) const {
    srtp_dealloc(session);
}

Result<Opener> Opener::create(const Crypto& crypto) {
    static const auto usable = srtp_init();
    auto key = crypto.key; // the library's pointer is not const
    srtp_policy_t policy{};
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    policy.ssrc.type = ssrc_any_inbound;
    policy.key = key.data();
    policy.window_size = 128;
    srtp_t session = nullptr;
    const auto status = usable == srtp_err_status_ok ? srtp_create(&session, &policy) : usable;
    if (status != srtp_err_status_ok) return Error{fmt::format("libsrtp2: status {}", int(status))};
    return Opener(Session(session));
}

std::span<std::uint8_t> Opener::open(std::span<std::uint8_t> packet) const {
    auto length = int(packet.size());
    if (srtp_unprotect(session_.get(), packet.data(), &length) != srtp_err_status_ok) return {};
    return packet.first(std::size_t(length));
}

} // namespace rtpengine::bench
