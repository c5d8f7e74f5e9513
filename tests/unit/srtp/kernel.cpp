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

TEST_CASE("an SSRC is lent to the kernel and comes back, and each index is used by one of the two") {
    std::mt19937 random(2);
    const auto parameters = random_parameters(random, *find_suite("AES_CM_128_HMAC_SHA1_80"));
    auto sender = session(parameters);
    Source source;
    source.ssrc.set(state::taken | 7);
    const auto fault = [&](std::uint16_t sequence) { return protect(sender, Half::rtp, source, rtp(7, sequence)).fault; };
    for (const std::uint16_t sequence : {0xfff0, 0xfff1, 0xfff3}) CHECK(fault(sequence) == Fault::none);
    source.lent.set(0xfff8);
    CHECK(fault(0xfff8) == Fault::lent);
    CHECK(fault(2) == Fault::lent);
    CHECK(fault(0xfff2) == Fault::none); // late, here
    CHECK(fault(0xfff5) == Fault::none);
    CHECK(protect(sender, Half::rtcp, source, rtcp(7)).fault == Fault::none); // is never lent

    Marks used{0x10005, {~std::uint64_t{0}, ~std::uint64_t{0}}}; // but 4; and all that is before what was lent
    used.used[0] &= ~std::uint64_t{2};
    for (int twice = 0; twice < 2; ++twice) from_kernel(source, used, {});
    CHECK(source.now[0].next.get() == 0x10006);
    source.lent.set(0);
    for (const std::uint16_t sequence : {0xfff0, 0xfff1, 0xfff2, 0xfff3, 0xfff5, 0xfff8, 5, 3}) CHECK(fault(sequence) == Fault::repeated);
    for (const std::uint16_t sequence : {0xfff4, 0xfff6, 0xfff7, 4, 6}) CHECK(fault(sequence) == Fault::none); // nobody did
}

TEST_CASE("a kernel that has used nothing changes nothing") {
    Source source;
    source.ssrc.set(state::taken | 7);
    use(source, Half::rtp, 10, {});
    source.lent.set(43);
    from_kernel(source, {42, {~std::uint64_t{0}, ~std::uint64_t{0}}}, {}); // as it was given
    CHECK(source.now[0].next.get() == 11);
    CHECK_FALSE(was_used(source.now[0], 12));
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
    source.lent.set(3);
    from_kernel(source, {4, {0b11, 0}}, turn); // 4 and 3
    source.lent.set(0);
    turn = begin(turns); // killed
    for (const std::uint16_t sequence : {1, 3, 4}) CHECK(protect(sender, Half::rtp, source, rtp(7, sequence), turn).fault == Fault::repeated);
    CHECK(protect(sender, Half::rtp, source, rtp(7, 2), turn).packet == second.packet);
}
