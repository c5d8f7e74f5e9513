// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/opener.h"

#include <fmt/format.h>
#include <srtp2/srtp.h>

namespace rtpengine::bench {

namespace {

Result<SrtpSession> session(SrtpKey key, srtp_ssrc_type_t ssrcs) { // the library's pointer is not const
    static const auto usable = srtp_init();
    srtp_policy_t policy{};
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    policy.ssrc.type = ssrcs;
    policy.key = key.data();
    policy.window_size = 128;
    srtp_t made = nullptr;
    const auto status = usable == srtp_err_status_ok ? srtp_create(&made, &policy) : usable;
    if (status != srtp_err_status_ok) return Error{fmt::format("libsrtp2: status {}", int(status))};
    return SrtpSession(made);
}

} // namespace

void ReleaseSession::operator()(srtp_ctx_t_* session) const { srtp_dealloc(session); }

Result<Opener> Opener::create(const SrtpKey& key) {
    auto made = session(key, ssrc_any_inbound);
    if (!made) return made.error();
    return Opener(*std::move(made));
}

Result<Sealer> Sealer::create(const SrtpKey& key) {
    auto made = session(key, ssrc_any_outbound);
    if (!made) return made.error();
    return Sealer(*std::move(made));
}

std::size_t Sealer::seal(std::uint8_t* packet, std::size_t size) const {
    auto length = int(size);
    return srtp_protect(session_.get(), packet, &length) == srtp_err_status_ok ? std::size_t(length) : 0;
}

std::span<std::uint8_t> Opener::open(std::span<std::uint8_t> packet) const {
    auto length = int(packet.size());
    if (srtp_unprotect(session_.get(), packet.data(), &length) != srtp_err_status_ok) return {};
    return packet.first(std::size_t(length));
}

} // namespace rtpengine::bench
