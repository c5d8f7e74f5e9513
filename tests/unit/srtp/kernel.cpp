// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/kernel.h"

#include <cstring>

#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

TEST_CASE("the kernel has every suite but f8") {
    struct Row {
        const char* name;
        int cipher, auth; // cipher -1: none
    };
    const Row rows[] = {
        {"AEAD_AES_256_GCM", RTPENGINE_AES_GCM_256, RTPENGINE_AUTH_NULL},
        {"AEAD_AES_128_GCM", RTPENGINE_AES_GCM_128, RTPENGINE_AUTH_NULL},
        {"AES_256_CM_HMAC_SHA1_80", RTPENGINE_AES_CM_256, RTPENGINE_HMAC_SHA1_80},
        {"AES_256_CM_HMAC_SHA1_32", RTPENGINE_AES_CM_256, RTPENGINE_HMAC_SHA1_32},
        {"AES_192_CM_HMAC_SHA1_80", RTPENGINE_AES_CM_192, RTPENGINE_HMAC_SHA1_80},
        {"AES_192_CM_HMAC_SHA1_32", RTPENGINE_AES_CM_192, RTPENGINE_HMAC_SHA1_32},
        {"AES_CM_128_HMAC_SHA1_80", RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80},
        {"AES_CM_128_HMAC_SHA1_32", RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_32},
        {"F8_128_HMAC_SHA1_80", -1, 0},
        {"F8_128_HMAC_SHA1_32", -1, 0},
        {"NULL_HMAC_SHA1_80", RTPENGINE_CIPHER_NULL, RTPENGINE_HMAC_SHA1_80},
        {"NULL_HMAC_SHA1_32", RTPENGINE_CIPHER_NULL, RTPENGINE_HMAC_SHA1_32},
    };
    REQUIRE(std::size(rows) == suites.size());
    std::mt19937 random(1);
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto parameters = random_parameters(random, *find_suite(row.name), 32);
        parameters.session.unencrypted_srtcp = true;
        rtpengine_srtp kernel;
        REQUIRE(to_kernel(parameters, kernel) == (row.cipher >= 0));
        if (row.cipher < 0) continue;
        CHECK(kernel.flags == (RTPENGINE_SRTP | RTPENGINE_SRTCP_UNENCRYPTED));
        CHECK(kernel.cipher == row.cipher);
        CHECK(kernel.auth == row.auth);
        CHECK(kernel.mki_length == 32);
        const auto& master = parameters.master;
        CHECK(std::memcmp(kernel.master_key, master.key.data(), master.key.size()) == 0);
        CHECK(std::memcmp(kernel.master_salt, master.salt.data(), master.salt.size()) == 0);
        CHECK(std::memcmp(kernel.mki, master.mki.data(), 32) == 0);
        for (auto at = master.key.size(); at < sizeof kernel.master_key; ++at) CHECK(kernel.master_key[at] == 0);
        for (auto at = master.salt.size(); at < sizeof kernel.master_salt; ++at) CHECK(kernel.master_salt[at] == 0);
    }
}

TEST_CASE("what the kernel can't do, it isn't asked to") {
    std::mt19937 random(1);
    rtpengine_srtp kernel;
    CHECK_FALSE(to_kernel(random_parameters(random, suites[0], 33), kernel));
    CHECK_FALSE(to_kernel(Parameters{}, kernel));
    auto parameters = random_parameters(random, *find_suite("NULL_HMAC_SHA1_80"));
    parameters.session = {.unencrypted_srtp = true, .unauthenticated_srtp = true};
    REQUIRE(to_kernel(parameters, kernel));
    CHECK(kernel.flags == (RTPENGINE_SRTP | RTPENGINE_SRTP_UNENCRYPTED | RTPENGINE_SRTP_UNAUTHENTICATED));
}

TEST_CASE("an SSRC goes into the kernel and comes back, and what either has used is used") {
    std::mt19937 random(2);
    const auto parameters = random_parameters(random, *find_suite("AES_CM_128_HMAC_SHA1_80"));
    auto sender = session(parameters);
    Source source;
    source.ssrc.set(Source::taken | 7);
    for (const std::uint16_t sequence : {0xfff0, 0xfff1, 0xfff3}) protect(sender, Half::rtp, source, rtp(7, sequence));
    auto kernel = to_kernel(source, {});
    CHECK(kernel.ssrc == 7);
    CHECK(kernel.flags == RTPENGINE_SRTP_SOURCE_RTP); // no RTCP yet
    CHECK(kernel.rtp_index == 0xfff3);
    CHECK(kernel.rtp_window[0] == 0b1101);
    CHECK(kernel.rtp_window[1] == 0);

    protect(sender, Half::rtp, source, rtp(7, 0xfff2)); // late, here
    kernel.rtp_index = 0x10005;                         // and there it went on
    kernel.rtp_window[0] = 0b101;
    kernel.flags |= RTPENGINE_SRTP_SOURCE_RTCP;
    kernel.rtcp_index = 9;
    kernel.rtcp_window[0] = 0x3ff;
    for (int twice = 0; twice < 2; ++twice) {
        from_kernel(source, kernel, {});
        const auto refused = [&](std::uint16_t sequence) {
            return protect(sender, Half::rtp, source, rtp(7, sequence)).fault == Fault::repeated;
        };
        for (const std::uint16_t sequence : {0xfff0, 0xfff1, 0xfff2, 0xfff3, 5, 3}) CHECK(refused(sequence));
        CHECK(source.now[0].next.get() == 0x10006);
        CHECK(source.now[1].next.get() == 10);
    }
    CHECK(protect(sender, Half::rtp, source, rtp(7, 4)).fault == Fault::none); // nobody did
    CHECK(protect(sender, Half::rtp, source, rtp(7, 6)).fault == Fault::none);
}

TEST_CASE("what the kernel has used stays used when a turn is undone") {
    std::mt19937 random(3);
    const auto parameters = random_parameters(random, *find_suite("AEAD_AES_128_GCM"));
    auto sender = session(parameters);
    Source source;
    Turns turns;
    auto turn = begin(turns);
    protect(sender, Half::rtp, source, rtp(7, 1), turn);
    turn = settle(turns);
    const auto second = protect(sender, Half::rtp, source, rtp(7, 2), turn);
    rtpengine_srtp_source kernel{};
    kernel.flags = RTPENGINE_SRTP_SOURCE_RTP;
    kernel.rtp_index = 4;
    kernel.rtp_window[0] = 0b11; // 4 and 3
    from_kernel(source, kernel, turn);
    turn = begin(turns); // killed
    for (const std::uint16_t sequence : {1, 3, 4}) CHECK(protect(sender, Half::rtp, source, rtp(7, sequence), turn).fault == Fault::repeated);
    CHECK(protect(sender, Half::rtp, source, rtp(7, 2), turn).packet == second.packet);
}
