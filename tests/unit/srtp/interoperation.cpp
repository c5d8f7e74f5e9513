// SPDX-License-Identifier: Apache-2.0
// With libsrtp2, both ways, for what it has. Not AES-CM-192: 2.5 with NSS derives other keys than RFC 6188; not f8.
#include <cstring>
#include <memory>

#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>

#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

void cipher_of(const Suite& suite, srtp_crypto_policy_t& policy, std::size_t tag, bool encrypted) {
    policy.cipher_type = suite.cipher == Cipher::null ? srtp_cipher_type_id_t{SRTP_NULL_CIPHER}
                         : suite.aead()               ? suite.key == 16 ? SRTP_AES_GCM_128 : SRTP_AES_GCM_256
                         : suite.key == 16            ? SRTP_AES_ICM_128
                                                      : SRTP_AES_ICM_256;
    policy.cipher_key_len = suite.key + suite.salt;
    policy.auth_type = suite.aead() ? SRTP_NULL_AUTH : SRTP_HMAC_SHA1;
    policy.auth_key_len = suite.aead() ? 0 : 20;
    policy.auth_tag_len = static_cast<int>(tag);
    const bool conceals = encrypted && suite.cipher != Cipher::null;
    policy.sec_serv = static_cast<srtp_sec_serv_t>((conceals ? sec_serv_conf : 0) | (tag ? sec_serv_auth : 0));
}

// libsrtp2's session of one direction.
class Theirs {
  public:
    Theirs(const Parameters& parameters, srtp_ssrc_type_t direction) {
        const auto& suite = *parameters.suite;
        srtp_policy_t policy{};
        policy.ssrc = {direction, 0};
        cipher_of(suite, policy.rtp, parameters.session.unauthenticated_srtp ? 0 : suite.rtp_tag, !parameters.session.unencrypted_srtp);
        cipher_of(suite, policy.rtcp, suite.rtcp_tag, !parameters.session.unencrypted_srtcp);
        key_.assign(parameters.master.key.view().begin(), parameters.master.key.view().end());
        key_.insert(key_.end(), parameters.master.salt.view().begin(), parameters.master.salt.view().end());
        mki_.assign(parameters.master.mki.view().begin(), parameters.master.mki.view().end());
        master_ = {key_.data(), mki_.data(), static_cast<unsigned>(mki_.size())};
        if (mki_.empty()) policy.key = key_.data();
        else policy.keys = keys_, policy.num_master_keys = 1;
        policy.window_size = 128;
        REQUIRE(srtp_create(&session_, &policy) == srtp_err_status_ok);
    }
    Theirs(const Theirs&) = delete;
    ~Theirs() { srtp_dealloc(session_); }

    Datagram protect(Half half, Datagram packet) {
        auto length = static_cast<int>(packet.size());
        packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
        const auto mki = static_cast<unsigned>(!mki_.empty());
        const auto status = half == Half::rtp ? srtp_protect_mki(session_, packet.data(), &length, mki, 0)
                                              : srtp_protect_rtcp_mki(session_, packet.data(), &length, mki, 0);
        REQUIRE(status == srtp_err_status_ok);
        packet.resize(static_cast<std::size_t>(length));
        return packet;
    }

    Datagram unprotect(Half half, Datagram packet) {
        auto length = static_cast<int>(packet.size());
        const auto mki = static_cast<unsigned>(!mki_.empty());
        const auto status = half == Half::rtp ? srtp_unprotect_mki(session_, packet.data(), &length, mki)
                                              : srtp_unprotect_rtcp_mki(session_, packet.data(), &length, mki);
        if (status != srtp_err_status_ok) return {};
        packet.resize(static_cast<std::size_t>(length));
        return packet;
    }

  private:
    Datagram key_, mki_;
    srtp_master_key_t master_{};
    srtp_master_key_t* keys_[1]{&master_};
    srtp_t session_ = nullptr;
};

bool they_have(const Parameters& parameters) {
    const auto& suite = *parameters.suite;
    return suite.cipher != Cipher::aes_f8 && suite.key != 24 && parameters.master.mki.size() <= SRTP_MAX_MKI_LEN;
}

// They look for RTCP's MKI where it would be with RTP's tag.
bool they_find_mki(const Parameters& parameters, Half half) {
    const auto rtp_tag = parameters.session.unauthenticated_srtp ? 0 : parameters.suite->rtp_tag;
    return half == Half::rtp || parameters.master.mki.empty() || rtp_tag == parameters.suite->rtcp_tag;
}

Datagram packet(std::mt19937& random, Half half, std::uint16_t sequence) {
    const auto payload = random_bytes(random, 4 * (random() % 80));
    return half == Half::rtp ? rtp(0xdeadbeef, sequence, payload) : rtcp(0xdeadbeef, payload);
}

} // namespace

TEST_CASE("libsrtp2 and we understand each other, across turns of the sequence number") {
    REQUIRE(srtp_init() == srtp_err_status_ok);
    std::mt19937 random(1);
    unsigned combinations = 0;
    each_parameters(random, [&](const Parameters& parameters) {
        if (!they_have(parameters)) return;
        ++combinations;
        CAPTURE(parameters.suite->name);
        CAPTURE(parameters.master.mki.size());
        auto ours = session(parameters);
        Theirs sender(parameters, ssrc_any_outbound), receiver(parameters, ssrc_any_inbound);
        Source out, in;
        std::uint16_t sequence = 0xfff0;
        for (int i = 0; i < 40; ++i, ++sequence)
            for (const auto half : {Half::rtp, Half::rtcp}) {
                const auto plain = packet(random, half, sequence);
                const auto made = protect(ours, half, out, plain).packet;
                if (they_find_mki(parameters, half)) CHECK(receiver.unprotect(half, made) == plain);
                CHECK(unprotect(ours, half, in, sender.protect(half, plain)).packet == plain);
            }
        CHECK(in.now[0].next.get() == 0x10018); // the counter is 1
    });
    CHECK(combinations > 60);
}

TEST_CASE("what we make is byte for byte what libsrtp2 makes") {
    std::mt19937 random(2);
    each_parameters(random, [&](const Parameters& parameters) {
        if (!they_have(parameters)) return;
        auto ours = session(parameters);
        Theirs theirs(parameters, ssrc_any_outbound);
        Source source;
        source.now[1].next.set(1); // their first index of RTCP is 1, RFC 3711 section 3.4 has 0
        for (std::uint16_t sequence = 0; sequence < 5; ++sequence)
            for (const auto half : {Half::rtp, Half::rtcp}) {
                const auto plain = packet(random, half, sequence);
                CHECK(protect(ours, half, source, plain).packet == theirs.protect(half, plain));
            }
    });
}
