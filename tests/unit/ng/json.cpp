// SPDX-License-Identifier: Apache-2.0
#include "common/ng/json.h"
#include "common/ng/writer.h"

#include <doctest/doctest.h>

using namespace rtpengine::ng;

TEST_CASE("JSON documents survive decoding and encoding") {
    for (const char* text : {R"({})", R"({"z":1,"a":"x","m":[1,"b",{}],"d":{"e":[]}})",
                             R"({"a":-9223372036854775808})", R"({"a":"\"\\\n"})", "{\"a\":\"\xc3\xa4/\"}"}) {
        CAPTURE(text);
        const auto dict = decode_json(text);
        REQUIRE(dict);
        CHECK(encode(Encoding::json, *dict) == text);
    }
}

TEST_CASE("values that NG doesn't have") {
    const auto dict =
        decode_json(R"({"t":true,"f":false,"n":null,"l":[1,null,true],"d":2.5,"big":18446744073709551615})");
    REQUIRE(dict);
    CHECK(*dict->find("t")->number() == 1);
    CHECK(*dict->find("f")->number() == 0);
    CHECK(dict->find("n") == nullptr);
    CHECK(dict->find("l")->list()->size() == 2);
    CHECK(*dict->find("d")->text() == "2.5");
    CHECK(*dict->find("big")->text() == "18446744073709551615");
    CHECK(dict->number_text() == NumberText::prefix);
}

TEST_CASE("the last of equal keys wins") {
    const auto dict = decode_json(R"({"a":1,"b":2,"a":3,"b":null,"c":4})");
    REQUIRE(dict);
    CHECK(encode(Encoding::json, *dict) == R"({"a":3,"c":4})");
}

TEST_CASE("what is no object is an error") {
    for (const char* text : {"", "{", "{\"a\"", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}x", "{a:1}", "{\"a\":01}",
                             "{\"a\":\"\xff\"}", "{\"a\":1e999}", "{]"}) {
        CAPTURE(text);
        const auto dict = decode_json(text);
        REQUIRE_FALSE(dict);
        CHECK(dict.error().message == "Failed to parse JSON document");
    }
    for (const char* text : {"[]", "1", "\"x\"", "null", "[{\"command\":\"ping\"}]"}) {
        CAPTURE(text);
        const auto dict = decode_json(text);
        REQUIRE_FALSE(dict);
        CHECK(dict.error().message == "Could not decode JSON dictionary");
    }
}

TEST_CASE("JSON's depth and size have bounds") {
    const auto nested = [](unsigned depth) {
        return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CHECK(decode_json(nested(max_depth)));
    CHECK_FALSE(decode_json(nested(max_depth + 1)));
    CHECK_FALSE(decode_json(nested(10'000)));
    CHECK_FALSE(decode_json(R"({"a":"xxxxxxxxxxxx"})", {10, 32}));
}

TEST_CASE("bytes that are no UTF-8 are replaced in replies") {
    Dict dict;
    dict.add("a", std::string("x\xff"));
    CHECK(encode(Encoding::json, dict) == "{\"a\":\"x\xef\xbf\xbd\"}");
}
