// SPDX-License-Identifier: Apache-2.0
#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>

#include "bench/srtp/engine.h"

namespace bench {

namespace {

using namespace rtpengine::srtp;

bool describe(const Suite& suite, srtp_crypto_policy_t& policy) {
    const bool null = suite.cipher == Cipher::null;
    if (suite.cipher == Cipher::aes_f8) return false;
    policy.cipher_type = null ? srtp_cipher_type_id_t{SRTP_NULL_CIPHER}
                         : suite.aead() ? (suite.key == 16 ? SRTP_AES_GCM_128 : SRTP_AES_GCM_256)
                         : suite.key == 16 ? SRTP_AES_ICM_128
                         : suite.key == 24 ? SRTP_AES_ICM_192
                                           : SRTP_AES_ICM_256;
    policy.cipher_key_len = suite.key + suite.salt;
    policy.auth_type = suite.aead() ? SRTP_NULL_AUTH : SRTP_HMAC_SHA1;
    policy.auth_key_len = suite.aead() ? 0 : 20;
    policy.auth_tag_len = suite.rtp_tag;
    policy.sec_serv = null ? sec_serv_auth : sec_serv_conf_and_auth;
    return true;
}

// In place, as the library does it.
class Theirs : public Engine {
  public:
    Theirs(srtp_t sender, srtp_t receiver) : sender_(sender), receiver_(receiver) {}
    ~Theirs() override {
        srtp_dealloc(sender_);
        srtp_dealloc(receiver_);
    }

    bool protect(Packets& in, Packets& out) override { return each(sender_, srtp_protect, in, out); }
    bool unprotect(Packets& in, Packets& out) override { return each(receiver_, srtp_unprotect, in, out); }

  private:
    template <class Do> static bool each(srtp_t session, Do run, Packets& in, Packets& out) {
        bool good = &in == &out;
        for (auto& packet : in) {
            auto length = static_cast<int>(packet.size);
            good &= run(session, packet.bytes.data(), &length) == srtp_err_status_ok;
            packet.size = static_cast<std::size_t>(length);
        }
        return good;
    }

    srtp_t sender_, receiver_;
};

} // namespace

std::unique_ptr<Engine> theirs(const Parameters& parameters) {
    static const bool usable = srtp_init() == srtp_err_status_ok;
    std::array<std::uint8_t, max_key + max_salt> key{};
    srtp_policy_t policy{};
    if (!usable || !describe(*parameters.suite, policy.rtp)) return nullptr;
    policy.rtcp = policy.rtp;
    const auto master = parameters.master.key.view(), salt = parameters.master.salt.view();
    std::copy(salt.begin(), salt.end(), std::copy(master.begin(), master.end(), key.begin()));
    policy.key = key.data();
    policy.window_size = 128;
    srtp_t sender, receiver;
    policy.ssrc.type = ssrc_any_outbound;
    if (srtp_create(&sender, &policy) != srtp_err_status_ok) return nullptr;
    policy.ssrc.type = ssrc_any_inbound;
    if (srtp_create(&receiver, &policy) != srtp_err_status_ok) return srtp_dealloc(sender), nullptr;
    return std::make_unique<Theirs>(sender, receiver);
}

} // namespace bench
