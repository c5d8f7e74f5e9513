// SPDX-License-Identifier: Apache-2.0
// The examples of the RFCs.
#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

Datagram bytes(std::span<const std::uint8_t> of) { return {of.begin(), of.end()}; }

template <std::size_t size> std::array<std::uint8_t, size> block(std::string_view text) {
    const auto of = hex(text);
    std::array<std::uint8_t, size> result{};
    REQUIRE(of.size() == size);
    std::copy(of.begin(), of.end(), result.begin());
    return result;
}

SessionKeys session_keys(std::string_view key, std::string_view salt) {
    SessionKeys keys;
    REQUIRE(keys.key.assign(hex(key)));
    REQUIRE(keys.salt.assign(hex(salt)));
    keys.authentication.make(HmacSha1::size);
    return keys;
}

Session with_keys(std::string_view suite, const SessionKeys& keys, SessionParameters session = {}) {
    Parameters parameters;
    parameters.suite = find_suite(suite);
    parameters.session = session;
    REQUIRE(parameters.suite);
    auto made = Session::make(parameters, keys, keys);
    REQUIRE(made);
    return *std::move(made);
}

constexpr auto key_128 = "000102030405060708090a0b0c0d0e0f";
constexpr auto key_256 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr auto gcm_salt = "517569642070726f2071756f";
constexpr auto gallia = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
constexpr auto mars = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
constexpr std::uint64_t mars_index = 0x5d4;

} // namespace

TEST_CASE("key streams of AES in counter mode: RFC 3711 appendix B.2, RFC 6188 section 7") {
    struct Row {
        const char *key, *iv, *stream;
    };
    const Row rows[] = {
        {"2b7e151628aed2a6abf7158809cf4f3c", "f0f1f2f3f4f5f6f7f8f9fafbfcfd0000",
         "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0"},
        {"2b7e151628aed2a6abf7158809cf4f3c", "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
         "ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44"},
        {"eab234764e517b2d3d160d587d8c86219740f65f99b6bcf7", "f0f1f2f3f4f5f6f7f8f9fafbfcfd0000",
         "35096cba4610028dc1b57503804ce37c5de986291dcce161d5165ec4568f5c9a474a40c77894bc17180202272a4c264d"},
        {"57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98", "f0f1f2f3f4f5f6f7f8f9fafbfcfd0000",
         "92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac63c4868b7096d88421b563b8c94c9a31"},
    };
    for (const auto& row : rows) {
        auto cipher = Counter128::make(hex(row.key));
        REQUIRE(cipher);
        Datagram stream(hex(row.stream).size());
        CHECK(cipher->crypt(block<16>(row.iv), stream, stream.data()));
        CHECK(stream == hex(row.stream));
    }
}

TEST_CASE("a key stream is the same at once, block by block and in place, whatever its length") {
    auto cipher = Counter128::make(hex(key_128));
    REQUIRE(cipher);
    auto iv = block<16>("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000");
    Datagram whole;
    for (std::uint16_t number = 0; number < 100; ++number) {
        iv[15] = static_cast<std::uint8_t>(number);
        const Block zeros{};
        Block stream;
        REQUIRE(cipher->crypt(iv, zeros, stream.data()));
        whole.insert(whole.end(), stream.begin(), stream.end());
    }
    iv[15] = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        Datagram text(size, 0x5a), expected(whole.begin(), whole.begin() + std::ptrdiff_t(size)), apart(size + 1, 0xee);
        for (auto& byte : expected) byte ^= 0x5a;
        REQUIRE(cipher->crypt(iv, text, apart.data()));
        REQUIRE(cipher->crypt(iv, text, text.data()));
        CHECK(text == expected);
        CHECK(apart.back() == 0xee);
        apart.pop_back();
        CHECK(apart == expected);
    }
}

TEST_CASE("session keys: RFC 3711 appendix B.3, RFC 6188 section 7") {
    struct Row {
        const char *suite, *master_key, *master_salt, *key, *salt, *authentication;
    };
    const Row rows[] = {
        {"AES_CM_128_HMAC_SHA1_80", "e1f97a0d3e018be0d64fa32c06de4139", "0ec675ad498afeebb6960b3aabe6",
         "c61e7a93744f39ee10734afe3ff7a087", "30cbbc08863d8c85d49db34a9ae1", "cebe321f6ff7716b6fd4ab49af256a156d38baa4"},
        {"AES_192_CM_HMAC_SHA1_80", "73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1", "c8522f3acd4ce86d5add78edbb11",
         "31874736a8f1143870c26e4857d8a5b2c4a354407faadabb", "2372b82d639b6d8503a47adc0a6c",
         "355b10973cd95b9eacf4061c7e1a7151e7cfbfcb"},
        {"AES_256_CM_HMAC_SHA1_80", "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6",
         "3b04803de51ee7c96423ab5b78d2", "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
         "fa31791685ca444a9e07c6c64e93", "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"},
    };
    for (const auto& row : rows) {
        Parameters parameters;
        parameters.suite = find_suite(row.suite);
        REQUIRE(parameters.master.key.assign(hex(row.master_key)));
        REQUIRE(parameters.master.salt.assign(hex(row.master_salt)));
        const auto keys = derive(parameters, Half::rtp);
        REQUIRE(keys);
        CHECK(bytes(keys->key.view()) == hex(row.key));
        CHECK(bytes(keys->salt.view()) == hex(row.salt));
        CHECK(bytes(keys->authentication.view()) == hex(row.authentication));
    }
}

TEST_CASE("HMAC-SHA1: RFC 2202, test case 3, whole and in two parts") {
    const Datagram key(20, 0xaa), data(50, 0xdd);
    const HmacSha1 hmac{std::span<const std::uint8_t, 20>(key)};
    CHECK(bytes(hmac.digest(data, {})) == hex("125d7342b9ac11cd91a39af48aa17b4f63f175d3"));
    CHECK(bytes(hmac.digest(std::span(data).first(7), std::span(data).subspan(7))) ==
          hex("125d7342b9ac11cd91a39af48aa17b4f63f175d3"));
}

TEST_CASE("f8: RFC 3711 appendix B.1, as a packet") {
    auto f8 = with_keys("F8_128_HMAC_SHA1_80", session_keys("234829008467be186c3de14aae72d62c", "32f2870d"));
    const auto packet = hex("806e5cba50681de55c62159970736575646f72616e646f6d6e65737320697320746865206e6578742062657374207468696e67");
    Source source;
    source.now[0].next.set(std::uint64_t{0xd462564a} << 16); // the roll-over counter
    const auto made = protect(f8, Half::rtp, source, packet);
    REQUIRE(made.fault == Fault::none);
    CHECK(Datagram(made.packet.begin(), made.packet.end() - 10) ==
          hex("806e5cba50681de55c621599019ce7a26e7854014a6366aa95d4eefd1ad4172a14f9faf455b7f1d4b62bd08f562c0eef7c4802"));
}

TEST_CASE("AEAD of RTP: RFC 7714 sections 16.1 and 16.2") {
    struct Row {
        const char *suite, *key, *packet;
    };
    const Row rows[] = {
        {"AEAD_AES_128_GCM", key_128,
         "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf"
         "765ee4390cce"},
        {"AEAD_AES_256_GCM", key_256,
         "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb"
         "7878d7a76c13"},
    };
    for (const auto& row : rows) {
        auto gcm = with_keys(row.suite, session_keys(row.key, gcm_salt));
        Source sending, receiving;
        const auto made = protect(gcm, Half::rtp, sending, hex(gallia));
        CHECK(made.packet == hex(row.packet));
        const auto opened = unprotect(gcm, Half::rtp, receiving, hex(row.packet));
        CHECK(opened.fault == Fault::none);
        CHECK(opened.packet == hex(gallia));
    }
}

// What SRTP doesn't have: RTP that is authenticated only.
TEST_CASE("AEAD that only authenticates: RFC 7714 sections 16.1.3 and 16.2.3") {
    struct Row {
        const char *key, *tag;
    };
    for (const auto& row : {Row{key_128, "22493f82d2bce397e9d79e3b19aa4216"}, Row{key_256, "a866d5910f887463067ceefec45215d4"}}) {
        auto gcm = Gcm::make(hex(row.key));
        REQUIRE(gcm);
        const auto nonce = block<12>("51753c6580c2726f20718414");
        Datagram tag(16);
        CHECK(gcm->seal(nonce, {hex(gallia), {}}, {}, nullptr, tag.data()));
        CHECK(tag == hex(row.tag));
        CHECK(gcm->open(nonce, {hex(gallia), {}}, {}, nullptr, tag.data()));
        tag[15] ^= 1;
        CHECK_FALSE(gcm->open(nonce, {hex(gallia), {}}, {}, nullptr, tag.data()));
    }
}

TEST_CASE("AEAD of RTCP: RFC 7714 sections 17.1 to 17.4") {
    struct Row {
        const char *suite, *key, *packet;
        bool encrypted;
    };
    const Row rows[] = {
        {"AEAD_AES_128_GCM", key_128,
         "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2f"
         "c5abf87245d9eade800005d4",
         true},
        {"AEAD_AES_256_GCM", key_256,
         "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f"
         "57ff6f6cb26ac3be800005d4",
         true},
        {"AEAD_AES_128_GCM", key_128,
         "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef841dd9683dd78ec9"
         "2ae58790125f62b3000005d4",
         false},
        {"AEAD_AES_256_GCM", key_256,
         "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef91db4afbfeee5a97"
         "8fab4393ed2615fe000005d4",
         false},
    };
    for (const auto& row : rows) {
        auto gcm = with_keys(row.suite, session_keys(row.key, gcm_salt), {.unencrypted_srtcp = !row.encrypted});
        Source sending, receiving;
        sending.now[1].next.set(mars_index);
        CHECK(protect(gcm, Half::rtcp, sending, hex(mars)).packet == hex(row.packet));
        const auto opened = unprotect(gcm, Half::rtcp, receiving, hex(row.packet));
        CHECK(opened.fault == Fault::none);
        CHECK(opened.packet == hex(mars));
        CHECK(receiving.now[1].next.get() == mars_index + 1);
    }
}
