// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/fingerprint.h"

#include <string>

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

namespace {

std::string digest(std::size_t bytes) {
    std::string text = "aB";
    for (std::size_t i = 1; i < bytes; ++i)
        text += ":0F";
    return text;
}

} // namespace

TEST_CASE("a fingerprint has a known hash and a digest of its length") {
    CHECK(usable_fingerprint("sha-1 " + digest(20)));
    CHECK(usable_fingerprint("SHA-256 " + digest(32)));
    CHECK(usable_fingerprint("sha-512 " + digest(64)));
    CHECK_FALSE(usable_fingerprint("sha-256 " + digest(31)));
    CHECK_FALSE(usable_fingerprint("sha-256 " + digest(33)));
    CHECK_FALSE(usable_fingerprint("md5 " + digest(16)));
    CHECK_FALSE(usable_fingerprint("sha-256"));
    CHECK_FALSE(usable_fingerprint(""));
    std::string broken = digest(32);
    broken[2] = '-';
    CHECK_FALSE(usable_fingerprint("sha-256 " + broken));
    broken = digest(32);
    broken[3] = 'g';
    CHECK_FALSE(usable_fingerprint("sha-256 " + broken));
}
