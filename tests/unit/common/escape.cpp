// SPDX-License-Identifier: Apache-2.0
#include "common/base/escape.h"

#include <doctest/doctest.h>

#include "common/base/utf8.h"

using namespace rtpengine;
using namespace std::string_literals;

TEST_CASE("text from outside becomes one line that a terminal shows as it is") {
    struct Row {
        std::string text, line;
    };
    for (const Row& row : {
             Row{"", ""},
             Row{"call-1@host \"x\" \\ ~", "call-1@host \"x\" \\ ~"},
             Row{"a\nb\rc\td\0e"s, "a\\x0ab\\x0dc\\x09d\\x00e"},
             Row{"\x1b[2J\x7f", "\\x1b[2J\\x7f"},
             Row{"Zoë \u20ac \U0001f600", "Zoë \u20ac \U0001f600"},
             Row{"\u0085\u009b31m", "\\xc2\\x85\\xc2\\x9b31m"},                             // C1: NEL, CSI
             Row{"\u2028\u2029", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},                         // separators
             Row{"\u202eabc\u2066\u200f", "\\xe2\\x80\\xaeabc\\xe2\\x81\\xa6\\xe2\\x80\\x8f"}, // directions
             Row{"Z\xfcrich", "Z\\xfcrich"},                                                  // Latin-1
             Row{"\x9b", "\\x9b"},                                                          // CSI as one byte
             Row{"\xc0\x8a \xe0\x80\x8a", "\\xc0\\x8a \\xe0\\x80\\x8a"},                    // overlong line feeds
             Row{"\xed\xa0\x80", "\\xed\\xa0\\x80"},                                        // half of a surrogate pair
             Row{"\xe2\x82", "\\xe2\\x82"},                                                 // cut
         }) {
        CAPTURE(row.line);
        CHECK(escaped(row.text) == row.line);
        CHECK(escaped(row.line) == row.line); // once is enough, twice does no harm
    }
}

TEST_CASE("every byte and every character leaves only what may stand in a line") {
    std::string bytes;
    for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
    for (int lead = 0xc2; lead < 0xf5; ++lead)
        for (int next = 0x80; next < 0xc0; ++next) bytes += {static_cast<char>(lead), static_cast<char>(next), '\x80', '\x8a'};
    const auto line = escaped(bytes);
    std::size_t shown = 0;
    for (std::string_view rest = line; !rest.empty(); ++shown) {
        const auto length = utf8_sequence(rest);
        REQUIRE(length > 0);
        const auto c = utf8_character(rest.substr(0, length));
        CHECK_FALSE((c < 0x20 || (c >= 0x7f && c < 0xa0)));
        rest.remove_prefix(length);
    }
    CHECK(shown > 256);
}

TEST_CASE("an excerpt says how much there was") {
    CHECK(excerpt("abc", 3) == "abc");
    CHECK(excerpt("abc\n", 2) == "ab ... (4 bytes)");
    CHECK(excerpt("\u20ac", 2) == "\\xe2\\x82 ... (3 bytes)");
}
