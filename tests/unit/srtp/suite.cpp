// SPDX-License-Identifier: Apache-2.0
#include "common/srtp/suite.h"

#include <doctest/doctest.h>

#include "tests/unit/srtp/packets.h"

using namespace rtpengine::srtp;

TEST_CASE("suites are found by their names, whatever the case") {
    for (const auto& suite : suites) CHECK(find_suite(suite.name) == &suite);
    CHECK(find_suite("aes_cm_128_hmac_sha1_80") == find_suite("AES_CM_128_HMAC_SHA1_80"));
    for (const auto* name : {"", "AES_CM_128_HMAC_SHA1_8", "AES_CM_128_HMAC_SHA1_800", "FOO", "AES-CM-128-HMAC-SHA1-80"})
        CHECK(find_suite(name) == nullptr);
}

TEST_CASE("lengths of the suites are those of their RFCs") {
    struct Row {
        const char* name;
        unsigned key, salt, rtp_tag, rtcp_tag;
    };
    const Row rows[] = {
        {"AEAD_AES_256_GCM", 32, 12, 16, 16},       {"AEAD_AES_128_GCM", 16, 12, 16, 16},
        {"AES_256_CM_HMAC_SHA1_80", 32, 14, 10, 10}, {"AES_256_CM_HMAC_SHA1_32", 32, 14, 4, 10},
        {"AES_192_CM_HMAC_SHA1_80", 24, 14, 10, 10}, {"AES_192_CM_HMAC_SHA1_32", 24, 14, 4, 10},
        {"AES_CM_128_HMAC_SHA1_80", 16, 14, 10, 10}, {"AES_CM_128_HMAC_SHA1_32", 16, 14, 4, 10},
        {"F8_128_HMAC_SHA1_80", 16, 14, 10, 10},     {"F8_128_HMAC_SHA1_32", 16, 14, 4, 10},
        {"NULL_HMAC_SHA1_80", 16, 14, 10, 10},       {"NULL_HMAC_SHA1_32", 16, 14, 4, 10},
    };
    REQUIRE(std::size(rows) == suites.size());
    for (std::size_t i = 0; i < suites.size(); ++i) { // in this order
        const auto& suite = suites[i];
        const auto& row = rows[i];
        CHECK(suite.name == row.name);
        CHECK(suite.key == row.key);
        CHECK(suite.salt == row.salt);
        CHECK(suite.rtp_tag == row.rtp_tag);
        CHECK(suite.rtcp_tag == row.rtcp_tag);
    }
}

TEST_CASE("parameters are valid when everything fits the suite") {
    std::mt19937 random(1);
    for (const auto& suite : suites) {
        auto parameters = random_parameters(random, suite);
        CHECK(parameters.valid());
        parameters.session.unencrypted_srtcp = true;
        CHECK(parameters.valid());
        parameters.session.unencrypted_srtp = true;
        CHECK(parameters.valid() == !suite.aead());
        parameters.session = {.unauthenticated_srtp = true};
        CHECK(parameters.valid() == !suite.aead());
        parameters.session = {};
        CHECK(parameters.master.key.assign(random_bytes(random, suite.key - 1u)));
        CHECK_FALSE(parameters.valid());
        CHECK_FALSE(Session::make(parameters));
    }
    CHECK_FALSE(Parameters{}.valid());
}

TEST_CASE("a secret that is too long is refused, and equal ones are equal") {
    Secret<4> secret;
    CHECK(secret.assign(hex("01020304")));
    CHECK_FALSE(secret.assign(hex("0102030405")));
    CHECK(secret.size() == 4);
    Secret<4> other;
    CHECK(other.assign(hex("010203")));
    CHECK_FALSE(secret == other);
    CHECK(secret.assign(hex("010203")));
    CHECK(secret == other);
    CHECK(secret.data()[3] == 0); // nothing is left of the longer one
}
