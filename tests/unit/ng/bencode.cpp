// SPDX-License-Identifier: Apache-2.0
#include "common/ng/bencode.h"
#include "common/ng/writer.h"

#include <doctest/doctest.h>

#include "common/ng/bounds.h"

using namespace rtpengine::ng;

TEST_CASE("documents survive decoding and encoding") {
    for (const char* text :
         {"de", "d7:command4:pinge", "d1:zi1e1:ai-5e1:ml1:x0:i0eee", "d0:0:e", "d1:add1:xleeee",
          "d1:ai9223372036854775807e1:bi-9223372036854775808ee", "d1:ai1e1:ai2ee"}) {
        CAPTURE(text);
        const auto dict = decode_bencode(text);
        if (std::string(text) == "d1:add1:xleeee") { // a dictionary as a key
            CHECK_FALSE(dict);
            continue;
        }
        REQUIRE(dict);
        CHECK(encode(Encoding::bencode, *dict) == text);
    }
}

TEST_CASE("find gives the first of equal keys") {
    const auto dict = decode_bencode("d1:ai1e1:ai2ee");
    CHECK(*dict->find("a")->number() == 1);
    CHECK(dict->find("b") == nullptr);
    CHECK(dict->number_text() == NumberText::decimal);
}

TEST_CASE("what follows the dictionary is ignored") {
    CHECK(decode_bencode("d1:ai1eegarbage")->size() == 1);
}

TEST_CASE("strings may hold any byte") {
    const std::string raw("\0\xff e:", 5);
    const auto dict = decode_bencode("d1:x5:" + raw + "e");
    CHECK(*dict->find("x")->text() == raw);
}

TEST_CASE("what is no dictionary is an error") {
    for (const char* text : {"",
                             "d",
                             "d1:a",
                             "d1:ai1e",
                             "d7:command4:pin",
                             "i5e",
                             "le",
                             "4:ping",
                             "d3:fooe",
                             "di1e1:ae",
                             "d1:ai1",
                             "d1:aie",
                             "d1:ai-ee",
                             "d1:ai+1ee",
                             "d1:ai01ee",
                             "d1:ai-01ee",
                             "d01:ai1ee",
                             "d-1:ai1ee",
                             "d1:a99999999999999999999:xe",
                             "d1:a5:xe",
                             "d1:axe",
                             "d1:al",
                             "d1:ali1e",
                             "d1:ai9223372036854775808ee",
                             "d 1:ai1ee"}) {
        CAPTURE(text);
        const auto dict = decode_bencode(text);
        REQUIRE_FALSE(dict);
        CHECK(dict.error().message == "Could not decode bencode dictionary");
    }
}

TEST_CASE("depth and size have bounds") {
    const auto nested = [](unsigned depth) {
        return "d1:a" + std::string(depth - 1, 'l') + std::string(depth - 1, 'e') + "e";
    };
    CHECK(decode_bencode(nested(max_depth)));
    CHECK_FALSE(decode_bencode(nested(max_depth + 1)));
    CHECK_FALSE(decode_bencode("d1:a" + std::string(10'000, 'l')));
    std::string keys;
    for (int i = 0; i < 10'000; ++i)
        keys += "d1:a";
    CHECK_FALSE(decode_bencode(keys));
    const auto big = std::to_string(max_document);
    CHECK_FALSE(decode_bencode("d1:a" + big + ":" + std::string(max_document, 'x') + "e"));
    CHECK(decode_bencode("d1:a65000:" + std::string(65000, 'x') + "e"));
}
