// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/base64.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

namespace {

std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

} // namespace

TEST_CASE("base64 as in RFC 4648 section 10, with padding and without") {
    struct Row {
        const char *text, *padded, *bare;
    };
    const Row rows[] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg==", "Zm9vYg"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
        {"\xff\xfe\xfb", "//77", "//77"},
    };
    for (const auto& row : rows) {
        const auto plain = bytes(row.text);
        CHECK(base64(plain, true) == row.padded);
        CHECK(base64(plain, false) == row.bare);
        for (const auto* text : {row.padded, row.bare}) {
            std::vector<std::uint8_t> read(plain.size());
            CHECK(read_base64(text, read));
            CHECK(read == plain);
        }
    }
}

TEST_CASE("what isn't base64 of that length isn't read") {
    for (const auto* text : {"", "Zm9", "Zm9vYg", "Zm9v=", "Zm9v====", "Zm-v", "Zm v", "====", "Zm9\xff"}) {
        std::vector<std::uint8_t> out(3);
        CAPTURE(text);
        CHECK_FALSE(read_base64(text, out));
    }
    std::vector<std::uint8_t> one(1);
    CHECK_FALSE(read_base64("Zg=", one)); // half of a padding
    CHECK_FALSE(read_base64("Zg===", one));
}
