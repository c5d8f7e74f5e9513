/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace making {

namespace {

int errno_of(srtp_err_status_t status) {
    switch (status) {
    case srtp_err_status_ok: return 0;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old: return -EALREADY;
    case srtp_err_status_auth_fail: return -EBADMSG;
    case srtp_err_status_bad_mki: return -EBADMSG;
    case srtp_err_status_parse_err: return -EINVAL;
    default: throw std::runtime_error("libsrtp2 says " + std::to_string(status));
    }
}

} // namespace

Session::Session(const Suite& suite, rtpengine_srtp config, bool outbound) : suite_(suite) {
    std::copy_n(config.master_key, suite.cipher->key, key_.begin());
    std::copy_n(config.master_salt, suite.cipher->salt, key_.begin() + suite.cipher->key);
    std::copy_n(config.mki, suite.mki, mki_.begin());
    srtp_master_key_t master{key_.data(), mki_.data(), suite.mki};
    srtp_master_key_t* masters[] = {&master};
    srtp_policy_t policy{};
    policy.ssrc.type = outbound ? ssrc_any_outbound : ssrc_any_inbound;
    policy.rtp = crypto_policy(false);
    policy.rtcp = crypto_policy(true);
    policy.window_size = 128;
    if (suite.mki)
        policy.keys = masters, policy.num_master_keys = 1;
    else
        policy.key = key_.data();
    if (auto err = srtp_create(&session_, &policy))
        throw std::runtime_error(suite.name() + ": srtp_create: " + std::to_string(err));
}

int Session::protect(Bytes& packet, bool rtcp) {
    int len = packet.size();
    packet.resize(len + 256);
    auto call = rtcp ? srtp_protect_rtcp_mki : srtp_protect_mki;
    auto status = call(session_, packet.data(), &len, suite_.mki > 0, 0);
    packet.resize(len);
    return errno_of(status);
}

int Session::unprotect(Bytes& packet, bool rtcp) {
    int len = packet.size();
    auto call = rtcp ? srtp_unprotect_rtcp_mki : srtp_unprotect_mki;
    auto status = call(session_, packet.data(), &len, suite_.mki > 0);
    packet.resize(len);
    return errno_of(status);
}

srtp_crypto_policy_t Session::crypto_policy(bool rtcp) const {
    srtp_crypto_policy_t policy{};
    policy.cipher_type = suite_.cipher->theirs;
    policy.cipher_key_len = suite_.cipher->key + suite_.cipher->salt;
    policy.auth_type = suite_.cipher->gcm || !suite_.tag(rtcp) ? SRTP_NULL_AUTH : SRTP_HMAC_SHA1;
    policy.auth_key_len = policy.auth_type == SRTP_NULL_AUTH ? 0 : 20;
    policy.auth_tag_len = suite_.tag(rtcp);
    policy.sec_serv = static_cast<srtp_sec_serv_t>((suite_.encrypts(rtcp) ? sec_serv_conf : 0) |
                                                   (suite_.tag(rtcp) ? sec_serv_auth : 0));
    return policy;
}

} // namespace making
