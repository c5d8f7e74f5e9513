/* SPDX-License-Identifier: Apache-2.0 */
// Writes the steps of the test: packets made and opened by libsrtp2, which the kernel has to make and open
// alike.
#include "steps.h"

#include "module/srtp_test.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<uint8_t>;

std::mt19937 engine(1); // the same steps with every run

uint32_t upto(uint32_t last) {
    return std::uniform_int_distribution<uint32_t>(0, last)(engine);
}
bool one_in(uint32_t n) {
    return upto(n - 1) == 0;
}
void fill(std::span<uint8_t> bytes) {
    std::generate(bytes.begin(), bytes.end(), [] { return upto(255); });
}

template <class T> Bytes bytes_of(const T& value) {
    auto first = reinterpret_cast<const uint8_t*>(&value);
    return {first, first + sizeof value};
}

class Steps {
  public:
    explicit Steps(const char* path) : file_(path, std::ios::binary) {
        file_.exceptions(std::ios::failbit | std::ios::badbit);
    }

    void add(Step step, const Bytes& input, const Bytes& expected = {}) {
        step.input = input.size();
        step.expected = expected.size();
        put(bytes_of(step));
        put(input);
        put(expected);
        count++;
    }

    void note(const std::string& text) {
        add({.kind = Kind::note, .side = 0, .rtcp = 0, .room = 0, .result = 0, .input = 0, .expected = 0},
            Bytes(text.begin(), text.end()));
    }

    unsigned count = 0;

  private:
    void put(const Bytes& bytes) { file_.write(reinterpret_cast<const char*>(bytes.data()), bytes.size()); }

    std::ofstream file_;
};

Step step(Kind kind, uint32_t side, int32_t result, bool rtcp = false, uint32_t room = 0) {
    return {
        .kind = kind, .side = side, .rtcp = rtcp, .room = room, .result = result, .input = 0, .expected = 0};
}

// ---- one set of parameters, in both languages ----------------------------------------------------------

struct Cipher {
    const char* name;
    rtpengine_cipher ours;
    srtp_cipher_type_id_t theirs;
    unsigned key, salt;
    bool gcm;
};

// Not AES-CM-192: libsrtp2 2.5 derives its keys in a way that RFC 6188 has not. Known answers cover that.
constexpr Cipher ciphers[] = {
    {"NULL", RTPENGINE_CIPHER_NULL, SRTP_NULL_CIPHER, 16, 14, false},
    {"AES-CM-128", RTPENGINE_AES_CM_128, SRTP_AES_ICM_128, 16, 14, false},
    {"AES-CM-256", RTPENGINE_AES_CM_256, SRTP_AES_ICM_256, 32, 14, false},
    {"AES-GCM-128", RTPENGINE_AES_GCM_128, SRTP_AES_GCM_128, 16, 12, true},
    {"AES-GCM-256", RTPENGINE_AES_GCM_256, SRTP_AES_GCM_256, 32, 12, true},
};

struct Suite {
    const Cipher* cipher;
    rtpengine_auth auth;
    unsigned flags; // besides RTPENGINE_SRTP
    unsigned mki;   // bytes

    std::string name() const {
        return std::string(cipher->name) + ", auth " + std::to_string(auth) + ", flags " +
               std::to_string(flags) + ", MKI of " + std::to_string(mki);
    }
    bool encrypts(bool rtcp) const {
        return cipher->ours != RTPENGINE_CIPHER_NULL &&
               !(flags & (rtcp ? RTPENGINE_SRTCP_UNENCRYPTED : RTPENGINE_SRTP_UNENCRYPTED));
    }
    unsigned tag(bool rtcp) const {
        if (cipher->gcm) return 16;
        if (auth == RTPENGINE_AUTH_NULL || (!rtcp && flags & RTPENGINE_SRTP_UNAUTHENTICATED)) return 0;
        return auth == RTPENGINE_HMAC_SHA1_80 || rtcp ? 10 : 4;
    }
    unsigned overhead(bool rtcp) const { return tag(rtcp) + mki + (rtcp ? 4 : 0); }
};

/// Random keys for a suite.
rtpengine_srtp configure(const Suite& suite) {
    rtpengine_srtp config{};
    config.flags = RTPENGINE_SRTP | suite.flags;
    config.cipher = suite.cipher->ours;
    config.auth = suite.auth;
    config.mki_length = suite.mki;
    fill({config.master_key, suite.cipher->key});
    fill({config.master_salt, suite.cipher->salt});
    fill({config.mki, suite.mki});
    return config;
}

/// A session of libsrtp2.
class Session {
  public:
    Session(const Suite& suite, rtpengine_srtp config, bool outbound) : suite_(suite) {
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
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { srtp_dealloc(session_); }

    /// Both: 0 with the packet changed, or a negative errno.
    int protect(Bytes& packet, bool rtcp) {
        int len = packet.size();
        packet.resize(len + 256);
        auto call = rtcp ? srtp_protect_rtcp_mki : srtp_protect_mki;
        auto status = call(session_, packet.data(), &len, suite_.mki > 0, 0);
        packet.resize(len);
        return errno_of(status);
    }
    int unprotect(Bytes& packet, bool rtcp) {
        int len = packet.size();
        auto call = rtcp ? srtp_unprotect_rtcp_mki : srtp_unprotect_mki;
        auto status = call(session_, packet.data(), &len, suite_.mki > 0);
        packet.resize(len);
        return errno_of(status);
    }

  private:
    srtp_crypto_policy_t crypto_policy(bool rtcp) const {
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

    static int errno_of(srtp_err_status_t status) {
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

    const Suite suite_;
    srtp_t session_ = nullptr;
    std::array<uint8_t, 64> key_{}, mki_{};
};

// ---- packets ----------------------------------------------------------------------------------------------

void put32(uint8_t* at, uint32_t value) {
    for (int n = 0; n < 4; n++)
        at[n] = value >> (24 - 8 * n);
}

/// RTP with random CSRCs, extension and payload; between 12 and 1450 bytes.
Bytes rtp(uint32_t ssrc, uint16_t seq, unsigned payload) {
    unsigned csrcs = one_in(4) ? upto(15) : 0;
    unsigned extension = one_in(3) ? 4 + 4 * upto(20) : 0;
    Bytes packet(12 + 4 * csrcs + extension + payload);
    fill(packet);
    packet[0] = 0x80 | (extension ? 0x10 : 0) | csrcs;
    packet[2] = seq >> 8;
    packet[3] = seq;
    put32(&packet[8], ssrc);
    if (extension) put32(&packet[12 + 4 * csrcs], 0xbede0000 | (extension - 4) / 4);
    return packet;
}

Bytes rtcp(uint32_t ssrc, unsigned words) {
    Bytes packet(8 + 4 * words);
    fill(packet);
    put32(&packet[0], 0x80c80000 | (words + 1));
    put32(&packet[4], ssrc);
    return packet;
}

/// The usual kind.
Bytes rtp_packet(uint32_t ssrc, uint16_t seq) {
    Bytes packet(172, seq);
    put32(&packet[0], 0x80000000 | seq);
    put32(&packet[8], ssrc);
    return packet;
}

unsigned payload_size() {
    return one_in(3) ? upto(1300) : one_in(8) ? upto(2) : 160;
}

/// Sequence numbers as a network brings them: mostly on by one, some lost, late, twice, far ahead, far
/// behind.
class Sequence {
  public:
    explicit Sequence(uint16_t first) : highest_(first) {}

    uint16_t next() {
        switch (upto(19)) {
        case 0: return highest_ - upto(30);
        case 1: return highest_ - upto(140);
        case 2: return highest_ - 120 - upto(16);
        case 3: return highest_ += 1 + upto(200);
        case 4: return highest_ += upto(20000);
        case 5: return one_in(4) ? highest_ - upto(20000) : ++highest_;
        default: return ++highest_;
        }
    }

  private:
    uint16_t highest_;
};

constexpr uint32_t ssrcs[] = {0x01020304, 0xfffffffe, 0, 0x80808080};

// ---- what is tested
// -----------------------------------------------------------------------------------------

enum Sides : uint32_t { out_side, in_side, clone_side, spare_side };

/// libsrtp2's first RTCP index is 1, ours 0 as in RFC 3711: begin behind 0.
srtp_test_create created(const rtpengine_srtp& config, bool incoming) {
    srtp_test_create create{};
    create.config = config;
    create.incoming = incoming;
    for (int n = 0; n < RTPENGINE_MAX_SOURCES && !incoming; n++) {
        create.sources[n].ssrc = ssrcs[n];
        create.sources[n].flags = RTPENGINE_SRTP_SOURCE_RTCP;
    }
    return create;
}

/// The kernel has to make the same of `packet` as the session did.
void expect(Steps& steps, Kind kind, uint32_t side, const Bytes& packet, const Bytes& made, int err,
            bool is_rtcp) {
    uint32_t room = kind == Kind::protect ? 64 : 0;
    steps.add(step(kind, side, err ? err : int(made.size()), is_rtcp, room), packet, err ? Bytes() : made);
}

class Conversation {
  public:
    Conversation(Steps& steps, const Suite& suite)
        : steps_(steps),
          suite_(suite),
          config_(configure(suite)),
          out_(suite, config_, true),
          in_(suite, config_, false) {
        steps_.note(suite.name());
        steps_.add(step(Kind::create, out_side, 0), bytes_of(created(config_, false)));
        steps_.add(step(Kind::create, in_side, 0), bytes_of(created(config_, true)));
        for (bool is_rtcp : {false, true})
            steps_.add(step(Kind::overhead, out_side, suite.overhead(is_rtcp), is_rtcp), {});
    }

    void run(unsigned packets) {
        for (unsigned n = 0; n < packets; n++) {
            unsigned source = upto(std::size(ssrcs) - 1);
            bool is_rtcp = one_in(5);
            Bytes packet = is_rtcp ? rtcp(ssrcs[source], upto(60))
                                   : rtp(ssrcs[source], sequence_[source].next(), payload_size());
            send(packet, is_rtcp);
            if (n % 64 == 63) move(n % 128 == 127);
        }
        forge(false);
        forge(true);
    }

  private:
    void send(const Bytes& packet, bool is_rtcp) {
        Bytes made = packet;
        int err = out_.protect(made, is_rtcp);
        expect(steps_, Kind::protect, out_side, packet, made, err, is_rtcp);
        if (err || one_in(20)) return; // lost
        late_.emplace_back(made, is_rtcp);
        while (late_.size() > 5 || (!late_.empty() && !one_in(3)))
            deliver();
    }

    /// In some other order, some of them twice.
    void deliver() {
        size_t at = one_in(4) ? upto(late_.size() - 1) : 0;
        auto [packet, is_rtcp] = late_[at];
        if (!one_in(10)) late_.erase(late_.begin() + at);
        receive(packet, is_rtcp);
    }

    void receive(const Bytes& packet, bool is_rtcp) {
        if (is_rtcp && suite_.mki && suite_.tag(false) != suite_.tag(true))
            return; // libsrtp2 seeks RTP's MKI
        Bytes made = packet;
        int err = in_.unprotect(made, is_rtcp);
        if (err && !suite_.tag(is_rtcp)) return; // libsrtp2 looks for replays without tags too, we don't
        expect(steps_, Kind::unprotect, in_side, packet, made, err, is_rtcp);
    }

    /// Goes on with another side that has the state of the one before.
    void move(bool incoming) {
        uint32_t side = incoming ? in_side : out_side;
        auto create = bytes_of(created(config_, incoming));
        steps_.add(step(Kind::clone, clone_side, 0, false, side), create);
        steps_.add(step(Kind::create, side, 0), bytes_of(created(config_, incoming)));
        steps_.add(step(Kind::clone, side, 0, false, clone_side), create);
    }

    /// Every byte flipped; cut off; then as it was.
    void forge(bool is_rtcp) {
        if (!suite_.tag(is_rtcp)) return;
        Bytes packet = is_rtcp ? rtcp(ssrcs[1], 12) : rtp(ssrcs[1], sequence_[1].next() + 300, 50);
        if (out_.protect(packet, is_rtcp)) throw std::runtime_error("nothing to forge");
        steps_.add(step(Kind::flip, in_side, 0, is_rtcp), packet);
        for (size_t cut : {1, 4, 10}) {
            Bytes shorter(packet.begin(), packet.end() - cut);
            steps_.add(step(Kind::unprotect, in_side, -EBADMSG, is_rtcp), shorter);
        }
        receive(packet, is_rtcp);
        receive(packet, is_rtcp);
    }

    Steps& steps_;
    const Suite suite_;
    const rtpengine_srtp config_;
    Session out_, in_;
    std::array<Sequence, 4> sequence_{Sequence(65500), Sequence(0), Sequence(32760), Sequence(1000)};
    std::vector<std::pair<Bytes, bool>> late_;
};

// ---- what libsrtp2 has no say in
// ------------------------------------------------------------------------------

Suite suite_of(rtpengine_cipher cipher, rtpengine_auth auth, unsigned mki = 0) {
    for (const Cipher& row : ciphers)
        if (row.ours == cipher) return {&row, auth, 0, mki};
    throw std::runtime_error("no such cipher");
}

const Suite usual = suite_of(RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80, 4);

void refused(Steps& steps, const std::string& what, const std::function<void(srtp_test_create&)>& spoil,
             const Suite& suite = usual) {
    srtp_test_create create = created(configure(suite), true);
    spoil(create);
    steps.note("refused: " + what);
    steps.add(step(Kind::create, spare_side, -EINVAL), bytes_of(create));
}

void bad_parameters(Steps& steps) {
    const Suite gcm = suite_of(RTPENGINE_AES_GCM_128, RTPENGINE_AUTH_NULL);
    refused(steps, "no SRTP", [](auto& c) { c.config.flags = 0; });
    refused(steps, "unknown flag", [](auto& c) { c.config.flags |= 16; });
    refused(steps, "unknown cipher", [](auto& c) { c.config.cipher = 6; });
    refused(steps, "unknown authentication", [](auto& c) { c.config.auth = 3; });
    refused(steps, "reserved", [](auto& c) { c.config.reserved[3] = 1; });
    refused(steps, "key too long", [](auto& c) { c.config.master_key[16] = 1; });
    refused(steps, "salt too long", [](auto& c) { c.config.master_salt[14] = 1; });
    refused(
        steps, "GCM's salt too long", [](auto& c) { c.config.master_salt[12] = 1; }, gcm);
    refused(steps, "MKI behind its end", [](auto& c) { c.config.mki[4] = 1; });
    refused(steps, "MKI too long", [](auto& c) { c.config.mki_length = 33; });
    refused(
        steps, "GCM with HMAC", [](auto& c) { c.config.auth = 1; }, gcm);
    refused(
        steps, "GCM not authenticated", [](auto& c) { c.config.flags |= RTPENGINE_SRTP_UNAUTHENTICATED; },
        gcm);
    refused(
        steps, "GCM not encrypted", [](auto& c) { c.config.flags |= RTPENGINE_SRTP_UNENCRYPTED; }, gcm);
    refused(steps, "source: unknown flag", [](auto& c) { c.sources[0].flags = 4; });
    refused(steps, "source: reserved", [](auto& c) { c.sources[0].reserved = 1; });
    refused(steps, "source: RTP index",
            [](auto& c) { c.sources[0].flags = 1, c.sources[0].rtp_index = 1ull << 48; });
    refused(steps, "source: RTCP index",
            [](auto& c) { c.sources[0].flags = 2, c.sources[0].rtcp_index = 1u << 31; });
    refused(steps, "source: index of none", [](auto& c) { c.sources[0].rtp_index = 1; });
    refused(steps, "source: twice", [](auto& c) { c.sources[0].flags = c.sources[3].flags = 1; });
}

/// Packets that are no packets, and no room.
void bad_packets(Steps& steps) {
    steps.note("bad packets");
    steps.add(step(Kind::create, out_side, 0), bytes_of(created(configure(usual), true)));
    Bytes extension = rtp_packet(1, 1);
    extension[0] = 0x90;
    Bytes csrcs(12 + 4 * 14);
    csrcs[0] = 0x8f;
    for (Kind kind : {Kind::protect, Kind::unprotect}) {
        steps.add(step(kind, out_side, -EINVAL, false, 64), extension);
        steps.add(step(kind, out_side, -EINVAL, false, 64), csrcs);
    }
    for (unsigned size = 0; size < 12 + usual.overhead(false); size++)
        steps.add(step(Kind::unprotect, out_side, -EINVAL), Bytes(size, 0x80));
    for (unsigned size = 0; size < 8 + usual.overhead(true); size++)
        steps.add(step(Kind::unprotect, out_side, -EINVAL, true), Bytes(size, 0x80));
    for (bool is_rtcp : {false, true})
        steps.add(step(Kind::protect, out_side, -ENOSPC, is_rtcp, usual.overhead(is_rtcp) - 1),
                  is_rtcp ? rtcp(1, 3) : rtp_packet(1, 1));
}

void last_indices(Steps& steps) {
    steps.note("last indices");
    srtp_test_create create =
        created(configure(suite_of(RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80)), true);
    create.sources[0].ssrc = 7;
    create.sources[0].flags = RTPENGINE_SRTP_SOURCE_RTP | RTPENGINE_SRTP_SOURCE_RTCP;
    create.sources[0].rtp_index = (1ull << 48) - 1;
    create.sources[0].rtcp_index = (1u << 31) - 1;
    steps.add(step(Kind::create, out_side, 0), bytes_of(create));
    steps.add(step(Kind::protect, out_side, -EOVERFLOW, false, 64), rtp_packet(7, 0));
    steps.add(step(Kind::protect, out_side, -EOVERFLOW, true, 64), rtcp(7, 3));
    steps.add(step(Kind::unprotect, out_side, -EOVERFLOW), rtp_packet(7, 0));
    steps.add(step(Kind::protect, out_side, -EALREADY, false, 64), rtp_packet(7, 0xffff));
}

/// A fifth SSRC has no place until one of the four was idle for long; and that one doesn't return.
void many_ssrcs(Steps& steps, bool incoming) {
    steps.note(incoming ? "many SSRCs, incoming" : "many SSRCs, outgoing");
    const rtpengine_srtp config = configure(usual);
    Session out(usual, config, true);
    srtp_test_create create{};
    create.config = config;
    steps.add(step(Kind::create, in_side, 0), bytes_of(create));
    auto send = [&](uint32_t ssrc, uint16_t seq, int err) {
        Bytes plain = rtp_packet(ssrc, seq), made = plain;
        if (out.protect(made, false)) throw std::runtime_error("many_ssrcs");
        if (incoming)
            expect(steps, Kind::unprotect, in_side, made, plain, err, false);
        else
            expect(steps, Kind::protect, in_side, plain, made, err, false);
    };
    for (uint32_t ssrc = 1; ssrc <= 4; ssrc++)
        send(ssrc, 1, 0);
    send(5, 1, -ENOSPC);
    steps.add({.kind = Kind::wait, .side = 0, .rtcp = 0, .room = 31, .result = 0, .input = 0, .expected = 0},
              {});
    for (uint32_t ssrc : {1, 3, 4})
        send(ssrc, 2, 0);
    send(5, 2, 0);
    send(6, 1, -ENOSPC);
    for (uint32_t ssrc : {1, 3, 4, 5})
        send(ssrc, 3, 0);
    steps.add({.kind = Kind::wait, .side = 0, .rtcp = 0, .room = 31, .result = 0, .input = 0, .expected = 0},
              {});
    send(2, 2, -ENOSPC);
    send(6, 2, 0);
}

/// The state that a few packets leave, bit by bit.
void snapshot(Steps& steps) {
    steps.note("snapshot");
    srtp_test_create create{};
    create.config = configure(usual);
    steps.add(step(Kind::create, out_side, 0), bytes_of(create));
    Session out(usual, create.config, true);
    for (uint16_t seq : {0xfffe, 0xffff, 3, 1}) {
        Bytes plain = rtp_packet(9, seq), made = plain;
        int err = out.protect(made, false);
        expect(steps, Kind::protect, out_side, plain, made, err, false);
    }
    srtp_test_sources sources{};
    sources.count = 1;
    sources.sources[0].ssrc = 9;
    sources.sources[0].flags = RTPENGINE_SRTP_SOURCE_RTP;
    sources.sources[0].rtp_index = 0x10003;
    sources.sources[0].rtp_window[0] = 0b110101;
    steps.add(step(Kind::sources, out_side, 0), {}, bytes_of(sources));
}

void matching(Steps& steps) {
    steps.note("matches");
    srtp_test_create create{};
    create.config = configure(usual);
    steps.add(step(Kind::create, out_side, 0), bytes_of(create));
    steps.add(step(Kind::matches, out_side, 1), bytes_of(create.config));
    for (size_t at = 0; at < sizeof create.config; at++) {
        Bytes other = bytes_of(create.config);
        other[at] ^= 1 << upto(7);
        steps.add(step(Kind::matches, out_side, 0), other);
    }
}

} // namespace

int main(int argc, char** argv) try {
    if (argc != 2) throw std::runtime_error("usage: make_steps FILE");
    if (srtp_init()) throw std::runtime_error("srtp_init");
    Steps steps(argv[1]);
    for (const Cipher& cipher : ciphers)
        for (int auth = 0; auth < (cipher.gcm ? 1 : 3); auth++)
            for (unsigned flags :
                 {0u, unsigned(RTPENGINE_SRTP_UNENCRYPTED), unsigned(RTPENGINE_SRTCP_UNENCRYPTED),
                  unsigned(RTPENGINE_SRTP_UNAUTHENTICATED)}) {
                if (cipher.gcm && flags & (RTPENGINE_SRTP_UNENCRYPTED | RTPENGINE_SRTP_UNAUTHENTICATED))
                    continue;
                Conversation(steps,
                             {&cipher, static_cast<rtpengine_auth>(auth), flags, flags ? 0 : upto(1) * 4})
                    .run(flags ? 130 : 600);
            }
    bad_parameters(steps);
    bad_packets(steps);
    last_indices(steps);
    many_ssrcs(steps, true);
    many_ssrcs(steps, false);
    snapshot(steps);
    matching(steps);
    printf("%u steps\n", steps.count);
} catch (const std::exception& fault) {
    fprintf(stderr, "make_steps: %s\n", fault.what());
    return 1;
}
