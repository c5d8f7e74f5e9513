// SPDX-License-Identifier: Apache-2.0
#include "ctl/table.h"

#include <doctest/doctest.h>

using namespace rtpengine::ctl;

TEST_CASE("columns are aligned, by characters") {
    Table table({{"NAME"}, {"N", Align::right}, {"REST"}});
    table.add({"ä", "1", "x"});
    table.add({"longer", "1000", ""});
    CHECK(table.str({}) == "NAME       N  REST\n"
                           "ä          1  x\n"
                           "longer  1000\n");
}

TEST_CASE("what doesn't fit is cut from the widest text, never from numbers") {
    Table table({{"ID"}, {"TEXT"}, {"N", Align::right}});
    table.add({"abc", std::string(40, 'x'), "123456789"});
    CHECK(table.str({false, 30}) == "ID   TEXT                    N\n"
                                    "abc  xxxxxxxxxxxxx…  123456789\n");
    table.add({"abc", "ääääääääääääääääääää", "1"});
    CHECK(table.str({false, 30}).find("äääääääääääää…") != std::string::npos);
}

TEST_CASE("nothing from outside controls the terminal") {
    Table table({{"ID"}});
    table.add({"a\x1b[2Jb\nc"});
    CHECK(table.str({}) == "ID\na\\x1b[2Jb\\x0ac\n");
}

TEST_CASE("colours") {
    const Style plain, coloured{true, 0};
    CHECK(plain.bad("x") == "x");
    CHECK(coloured.good("x") == "\x1b[32mx\x1b[0m");
    CHECK(Table({{"A"}}).empty());
}
