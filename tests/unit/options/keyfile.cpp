// SPDX-License-Identifier: Apache-2.0
#include "common/options/keyfile.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::options;

TEST_CASE("sections, keys, comments, blanks") {
    const auto file =
        parse_key_file("# comment\n\n  # another\n[one]\r\n a=1\nb  =  two words # no comment \n"
                       "empty =\n[two three]  \nc = a=b;c\nc = last");
    REQUIRE(file);
    REQUIRE(file->sections.size() == 2);
    const auto& one = *file->find("one");
    CHECK(*one.find("a") == "1");
    CHECK(*one.find("b") == "two words # no comment");
    CHECK(*one.find("empty") == "");
    CHECK(one.find("c") == nullptr);
    CHECK(*file->find("two three")->find("c") == "last");
    CHECK(file->find("three") == nullptr);
}

TEST_CASE("what is neither section, key nor comment is an error that names the line") {
    struct Row {
        const char *text, *error;
    };
    for (const Row& row :
         {Row{"a = 1\n[x]", "line 1: 'a' stands before the first section"},
          Row{"[x]\n; old comment", "line 2: '; old comment' is not"},
          Row{"[x]\nword", "line 2: 'word' is not"}, Row{"[x]\n = 1", "line 2: '= 1' is not"},
          Row{"[x", "line 1: bad section header"}, Row{"[]", "line 1: bad section header"},
          Row{"[", "line 1: bad section header"}, Row{"[x] y", "line 1: bad section header"},
          Row{"[x[y]", "line 1: bad section header"}, Row{"[x]\na = \xc3\x28", "line 2: not UTF-8"}}) {
        CAPTURE(row.text);
        const auto file = parse_key_file(row.text);
        REQUIRE_FALSE(file);
        CHECK(file.error().message.starts_with(row.error));
    }
    CHECK_FALSE(parse_key_file(std::string_view("[x]\na = b\0c", 11)));
    CHECK(parse_key_file("[x]\na = \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
}

TEST_CASE("a section that is there twice is one") {
    const auto file = parse_key_file("[x]\na=1\nb=1\n[y]\n[x]\na=2\n");
    REQUIRE(file);
    REQUIRE(file->sections.size() == 2);
    CHECK(*file->find("x")->find("a") == "2");
    CHECK(*file->find("x")->find("b") == "1");
    CHECK(file->find("x")->repeated);
    CHECK_FALSE(file->find("y")->repeated);
}

TEST_CASE("sections by prefix, in file order") {
    const auto file = parse_key_file("[if-b]\n[if]\n[iface-c]\n[if-]\n[if-a]\n");
    REQUIRE(file);
    const auto found = file->with_prefix("if");
    REQUIRE(found.size() == 2);
    CHECK(found[0]->name == "if-b");
    CHECK(found[1]->name == "if-a");
}
