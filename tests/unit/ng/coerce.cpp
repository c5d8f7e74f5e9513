// SPDX-License-Identifier: Apache-2.0
#include "common/ng/coerce.h"

#include <doctest/doctest.h>

using namespace rtpengine::ng;

TEST_CASE("numbers in strings") {
    struct Row {
        const char* text;
        std::optional<std::int64_t> decimal, prefix;
    };
    for (const auto& row :
         {Row{"12", 12, 12}, Row{"-7", -7, -7}, Row{"12x", {}, 12}, Row{"0x10", {}, 16}, Row{"010", 10, 8},
          Row{"", {}, {}}, Row{"x", {}, {}}, Row{"99999999999999999999", {}, {}}}) {
        CAPTURE(row.text);
        CHECK(number_of(Value(row.text), NumberText::decimal) == row.decimal);
        CHECK(number_of(Value(row.text), NumberText::prefix) == row.prefix);
    }
    CHECK(number_of(Value(5), NumberText::decimal) == 5);
    CHECK_FALSE(number_of(Value(List{}), NumberText::prefix));
}

TEST_CASE("lists") {
    using Strings = std::vector<std::string>;
    CHECK(list_of(Value("a,b,,c d")) == Strings{"a", "b", "c d"});
    CHECK(list_of(Value(List{Value("a,b"), Value(1), Value("c")})) == Strings{"a,b", "c"});
    CHECK(list_of(Value(7)).empty());
    CHECK(list_of(Value("")).empty());
}

TEST_CASE("escapes") {
    CHECK(unescape("X:a--b..c") == "X:a=b c");
    CHECK(unescape("---") == "=-");
    CHECK(unescape("...") == " .");
    CHECK(unescape("a-b.c") == "a-b.c");
}

TEST_CASE("texts") {
    CHECK(text_of(Value(1)).empty());
    Dict dict;
    dict.add("a", "x");
    dict.add("a", "y");
    CHECK(text_of(dict, "a") == "x");
    CHECK(text_of(dict, "b").empty());
}
