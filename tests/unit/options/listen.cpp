// SPDX-License-Identifier: Apache-2.0
#include "common/options/listen.h"

#include <doctest/doctest.h>

using namespace rtpengine::options;

TEST_CASE("listeners as written") {
    struct Row {
        const char* text;
        Listen listen;
    };
    for (const Row& row :
         {Row{"2223", {"", 2223}}, Row{"127.0.0.1:2223", {"127.0.0.1", 2223}}, Row{"[::1]:1", {"::1", 1}},
          Row{"2001:db8::1:65535", {"2001:db8::1", 65535}}, Row{"localhost:22222", {"localhost", 22222}}}) {
        CAPTURE(row.text);
        REQUIRE(parse_listen(row.text));
        CHECK(*parse_listen(row.text) == row.listen);
    }
    for (const char* text :
         {"", ":", ":2223", "host", "host:", "1.2.3.4:65536", "1.2.3.4:0", "0", "65536", "[::1]", "[::1:5",
          "[1.2.3.4]:5", "::g:5", "host:22 ", "host:-1", "a:b:5", "[]:5", "+1:", "host:0x10"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_listen(text));
    }
}
