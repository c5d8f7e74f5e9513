// SPDX-License-Identifier: Apache-2.0
#include "ctl/format.h"

#include <doctest/doctest.h>

#include "common/ng/json.h"

using namespace rtpengine;

TEST_CASE("values of a reply as text") {
    const auto dict =
        *ng::decode_json(R"({"s":"x","e":"","n":7,"b":true,"l":["a",1],"big":-1234567,"bytes":12345678,
        "few":999,"t45":45,"t123":123,"t4000":4000,"days":273906,"d":{"x":1}})");
    CHECK(ctl::text(dict, "s") == "x");
    CHECK(ctl::text(dict, "n") == "7");
    for (const char* key : {"e", "missing", "l", "d"})
        CHECK(ctl::text(dict, key) == "-");
    CHECK(ctl::yes_no(dict, "b") == "yes");
    CHECK(ctl::yes_no(dict, "missing") == "-");
    CHECK(ctl::joined(dict, "l") == "a, 1");
    CHECK(ctl::joined(dict, "s") == "-");
    CHECK(ctl::count(dict, "big") == "-1,234,567");
    CHECK(ctl::count(dict, "few") == "999");
    CHECK(ctl::count(dict, "s") == "-");
    CHECK(ctl::amount(dict, "bytes") == "12.3 MB");
    CHECK(ctl::amount(dict, "few") == "999 B");
    CHECK(ctl::duration(dict, "t45") == "45s");
    CHECK(ctl::duration(dict, "t123") == "2:03");
    CHECK(ctl::duration(dict, "t4000") == "1:06:40");
    CHECK(ctl::duration(dict, "days") == "3d 04:05:06");
    CHECK(ctl::part(dict, "d").size() == 1);
    CHECK(ctl::part(dict, "s").empty());
}
