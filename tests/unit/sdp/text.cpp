// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/text.h"

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

TEST_CASE("tokens are cut at blanks") {
    std::string_view rest = "  a \tbc  ";
    CHECK(take_token(rest) == "a");
    CHECK(take_token(rest) == "bc");
    CHECK(take_token(rest) == "");
    CHECK(take_token(rest) == "");
}

TEST_CASE("parts are cut at a separator") {
    std::string_view rest = "a:b:";
    CHECK(take_until(rest, ':') == "a");
    CHECK(take_until(rest, ':') == "b");
    CHECK(rest.empty());
    rest = "none";
    CHECK(take_until(rest, ':') == "none");
    CHECK(rest.empty());
}

TEST_CASE("numbers are whole and in range") {
    CHECK(number<int>("7", 0, 10) == 7);
    for (const char* text : {"", "-1", "11", "7x", " 7", "99999999999999999999", "+7"})
        CHECK_FALSE(number<int>(text, 0, 10));
}

TEST_CASE("case is ignored for ASCII only") {
    CHECK(equal_ignoring_case("rtp/avp", "RTP/AVP"));
    CHECK_FALSE(equal_ignoring_case("a", "ab"));
    CHECK_FALSE(equal_ignoring_case("\xe4", "\xc4"));
    CHECK(lower_case("PcMa-1") == "pcma-1");
    CHECK(trim(" \ta b ") == "a b");
    CHECK(trim("  ") == "");
}
