// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/crypto.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "control/sdp/mki.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

const std::string key = "Eh7wsRJ1BrdRwMfnJ2jusGrHZwZJFbu46wyL8wUc", other_key = "/hGsSg9EMMWlAUJ5MFNdrNRLH4SNAclFYCZ5eysZ";
const std::string begin = "1 AES_CM_128_HMAC_SHA1_80 inline:" + key;

std::string again(std::string_view value) {
    const auto crypto = parse_crypto(value);
    return crypto ? print_crypto(*crypto) : "";
}

} // namespace

TEST_CASE("lines that phones send are read, and printed as we write them") {
    struct Row {
        std::string value, printed;
    };
    const Row rows[] = {
        {begin, begin},
        {"1\t  AES_CM_128_HMAC_SHA1_80   inline:" + key + "  ", begin},
        {"1 aes_cm_128_hmac_sha1_80 INLINE:" + key, begin},
        {"001 AES_CM_128_HMAC_SHA1_80 inline:" + key, begin},
        {"999999999 NULL_HMAC_SHA1_32 inline:" + key, "999999999 NULL_HMAC_SHA1_32 inline:" + key},
        {begin + "|2^31", begin},
        {begin + "|2^48", begin},
        {begin + "|281474976710656", begin},
        {begin + "|1", begin},
        {begin + "|1:1", begin + "|1:1"},
        {begin + "|2^31|1:1", begin + "|1:1"},
        {begin + "|1048576|066051:4", begin + "|66051:4"},
        {begin + "|0:128", begin + "|0:128"},
        {begin + "|1:4;inline:" + other_key + "|2^20|2:4", begin + "|1:4;inline:" + other_key + "|2:4"},
        {begin + " UNENCRYPTED_SRTCP", begin + " UNENCRYPTED_SRTCP"},
        {begin + " unauthenticated_srtp UNENCRYPTED_SRTCP UNENCRYPTED_SRTP UNENCRYPTED_SRTP",
         begin + " UNENCRYPTED_SRTP UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP"},
        {begin + " WSH=128 -FOO=bar -x", begin},
        {"1 AES_192_CM_HMAC_SHA1_80 inline:i2/hxYvzpgbQ/OHtmzA1krUs/iaj6eqdtYHVrrjYon4Xy1X2ZZo=",
         "1 AES_192_CM_HMAC_SHA1_80 inline:i2/hxYvzpgbQ/OHtmzA1krUs/iaj6eqdtYHVrrjYon4Xy1X2ZZo"},
        {"2 AES_256_CM_HMAC_SHA1_32 inline:IjZ2ZXZfGkO6oPIFX1VnUl937mpBVMIVpNZx7h2ZjKhPsUu9jiUmdKGX5jEfWA",
         "2 AES_256_CM_HMAC_SHA1_32 inline:IjZ2ZXZfGkO6oPIFX1VnUl937mpBVMIVpNZx7h2ZjKhPsUu9jiUmdKGX5jEfWA"},
        {"3 AEAD_AES_128_GCM inline:WE32zA0pFjRK1c/UntrOwt9YhMKNJ74mUUxQkA== UNENCRYPTED_SRTCP",
         "3 AEAD_AES_128_GCM inline:WE32zA0pFjRK1c/UntrOwt9YhMKNJ74mUUxQkA UNENCRYPTED_SRTCP"},
        {"4 AEAD_AES_256_GCM inline:zD9bykrH8qIa/mORewkM+9NZqXrBHhM3IbOKj28OAW+3zm6JcNerQmORPV4",
         "4 AEAD_AES_256_GCM inline:zD9bykrH8qIa/mORewkM+9NZqXrBHhM3IbOKj28OAW+3zm6JcNerQmORPV4"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.value);
        CHECK(again(row.value) == row.printed);
        CHECK(again(row.printed) == row.printed);
    }
}

TEST_CASE("what can't be done to the letter counts as not there") {
    const std::string values[] = {
        "",
        "1",
        "1 AES_CM_128_HMAC_SHA1_80",
        "1 AES_CM_128_HMAC_SHA1_80 " + key,
        "1 AES_CM_128_HMAC_SHA1_80 inline:",
        "1 AES_CM_128_HMAC_SHA1_80 clear:" + key,
        "x AES_CM_128_HMAC_SHA1_80 inline:" + key,
        "-1 AES_CM_128_HMAC_SHA1_80 inline:" + key,
        "1000000000 AES_CM_128_HMAC_SHA1_80 inline:" + key,
        "99999999999999999999 AES_CM_128_HMAC_SHA1_80 inline:" + key,
        "1 FOO_CM_512_HMAC inline:" + key,
        "1 AES_256_CM_HMAC_SHA1_80 inline:" + key, // too short
        begin + "A",
        begin + "=",
        "1 AES_CM_128_HMAC_SHA1_80 inline:" + key.substr(1),
        "1 AES_CM_128_HMAC_SHA1_80 inline:!" + key.substr(1),
        begin + "|2^49",
        begin + "|281474976710657",
        begin + "|0",
        begin + "|2^",
        begin + "|2^-1",
        begin + "|x",
        begin + "|99999999999999999999999",
        begin + "|1:0",
        begin + "|1:129",
        begin + "|256:1",
        begin + "|:1",
        begin + "|1:",
        begin + "|-1:4",
        begin + "|0x1:4",
        begin + "|1:1|2^31",
        begin + "|2^31|2^31",
        begin + "|2^31|1:1|1:1",
        begin + ";inline:" + other_key,                          // which one it is nobody knows
        begin + "|1:1;inline:" + other_key + "|1:1",             // nor here
        begin + "|1:1;inline:" + other_key + "|2:2",
        begin + "|1:1;" + other_key + "|2:1",
        begin + " KDR=1",
        begin + " FEC_ORDER=FEC_SRTP",
        begin + " WSH=63",
        begin + " WSH=",
        begin + " SOMETHING",
        "1 AEAD_AES_128_GCM inline:WE32zA0pFjRK1c/UntrOwt9YhMKNJ74mUUxQkA UNENCRYPTED_SRTP",
        "1 AEAD_AES_128_GCM inline:WE32zA0pFjRK1c/UntrOwt9YhMKNJ74mUUxQkA UNAUTHENTICATED_SRTP",
    };
    for (const auto& value : values) {
        CAPTURE(value);
        CHECK_FALSE(parse_crypto(value));
    }
}

TEST_CASE("keys are as many as fit, lines too") {
    auto value = begin + "|1:1";
    for (std::size_t n = 2; n <= Crypto::max_keys; ++n) value += ";inline:" + other_key + "|" + std::to_string(n) + ":1";
    CHECK(parse_crypto(value));
    CHECK_FALSE(parse_crypto(value + ";inline:" + other_key + "|99:1"));
    std::vector<std::string> values;
    for (int tag = 0; tag < 200; ++tag) values.push_back(std::to_string(tag) + begin.substr(1));
    CHECK(parse_cryptos(values).size() == Crypto::max_lines);
}

TEST_CASE("of lines with one tag the first one counts") {
    const std::string values[] = {"1 FOO inline:" + key, begin, "2 NULL_HMAC_SHA1_80 inline:" + key,
                                  "1 NULL_HMAC_SHA1_80 inline:" + key};
    const auto lines = parse_cryptos(values);
    REQUIRE(lines.size() == 2);
    CHECK(print_crypto(lines[0]) == begin);
    CHECK(lines[1].tag == 2);
}

TEST_CASE("padding and lifetime are the spelling's") {
    const auto crypto = parse_crypto("1 AEAD_AES_128_GCM inline:WE32zA0pFjRK1c/UntrOwt9YhMKNJ74mUUxQkA|7:2 UNENCRYPTED_SRTCP");
    REQUIRE(crypto);
    CHECK(print_crypto(*crypto, {true, true}) ==
          "1 AEAD_AES_128_GCM inline:WE32zA0pFjRK1c/UntrOwt9YhMKNJ74mUUxQkA==|2^31|7:2 UNENCRYPTED_SRTCP");
}

TEST_CASE("an MKI is a number in so many bytes, however large") {
    Mki mki;
    REQUIRE(read_mki("66051:4", mki));
    CHECK(std::ranges::equal(mki.view(), std::vector<std::uint8_t>{0, 1, 2, 3}));
    REQUIRE(read_mki("18446744073709551616:9", mki)); // 2^64
    CHECK(mki.size() == 9);
    CHECK(mki.data()[0] == 1);
    CHECK(print_mki(mki) == "18446744073709551616:9");
    CHECK_FALSE(read_mki("18446744073709551616:8", mki));
    REQUIRE(mki.assign(std::vector<std::uint8_t>(128, 0xff)));
    const auto largest = print_mki(mki);
    CHECK(largest.size() == 309 + 4);
    Mki read;
    REQUIRE(read_mki(largest, read));
    CHECK(read == mki);
    CHECK_FALSE(read_mki("9" + largest.substr(1), read)); // more than 2^1024
    CHECK_FALSE(read_mki(std::string(385, '0') + ":4", read));
}
