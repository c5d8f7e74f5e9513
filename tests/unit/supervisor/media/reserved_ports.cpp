// SPDX-License-Identifier: Apache-2.0
#include "supervisor/media/reserved_ports.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::supervisor::media;

TEST_CASE("lists of ports") {
    for (const char* text : {"", "1", "1-2", "8080,30000-39999,65535", "0-65535"})
        CHECK(format_ports(*parse_ports(text)) == text);
    CHECK(format_ports(*parse_ports("5,4,3,10-12,11-13")) == "3-5,10-13");
    for (const char* text : {"a", "1-", "-1", "5-1", "65536", "1-99999999999999999999", "1 2"})
        CHECK_FALSE(parse_ports(text));
}
