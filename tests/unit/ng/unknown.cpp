// SPDX-License-Identifier: Apache-2.0
// Words that nobody knows are told once, with what may have been meant.
#include "control/ng/flags/unknown.h"

#include <doctest/doctest.h>

#include "control/ng/flags.h"
#include "control/ng/flags/nearest.h"
#include "control/ng/flags/reading.h"
#include "common/ng/json.h"

using namespace rtpengine;
using namespace rtpengine::ng;

TEST_CASE("letters between two words") {
    CHECK(letters_between("replace", "replace", 2) == 0);
    CHECK(letters_between("repalce", "replace", 2) == 1); // swapped
    CHECK(letters_between("replce", "replace", 2) == 1);
    CHECK(letters_between("replacee", "replace", 2) == 1);
    CHECK(letters_between("reblase", "replace", 2) == 2);
    CHECK(letters_between("origin", "replace", 2) == 3);
    CHECK(letters_between("", "ab", 2) == 2);
    CHECK(letters_between(std::string(100, 'a'), std::string(100, 'a'), 2) == 3); // nobody means that
}

TEST_CASE("what is near depends on the length of the word") {
    CHECK(nearest(word_rows(), "trust-adress") == "trust-address");
    CHECK(nearest(word_rows(), "asymetric") == "asymmetric");
    CHECK(nearest(word_rows(), "fats") == "fast");
    CHECK(nearest(word_rows(), "fzts").empty());
    CHECK(nearest(word_rows(), "al").empty());
    CHECK(nearest(word_rows(), "").empty());
    CHECK(nearest_key("call-di") == "call-id");
    CHECK(nearest_key("ptmie") == "ptime");
    CHECK(nearest_key("zzzzzzzz").empty());
    for (const auto table : key_tables())
        for (const auto& row : table) CHECK(nearest_key(row.name) == row.name);
    for (const auto& row : word_rows()) CHECK(nearest(word_rows(), row.name) == row.name);
}

TEST_CASE("each is said once, however it is spelled") {
    Unknown unknown;
    const auto flag = [&](std::string_view word) { return unknown.line("flag", word, [](std::string_view meant) { return nearest(word_rows(), meant); }); };
    CHECK(flag("trust adress") == "ignoring unknown flag 'trust adress' (this is said once); did you mean 'trust-address'?");
    CHECK_FALSE(flag("Trust_Adress"));
    CHECK(flag("nothing like it") == "ignoring unknown flag 'nothing like it' (this is said once)");
    CHECK(unknown.line("key", "trust adress", nullptr) == "ignoring unknown key 'trust adress' (this is said once)");
    const auto forged = flag("a\r\nforged line");
    REQUIRE(forged);
    CHECK(forged->find('\n') == std::string::npos);
}

TEST_CASE("a request tells of all that it has, and of nothing that is known") {
    const auto count = [](const char* json) {
        Unknown unknown;
        (void)parse_flags("offer", *decode_json(json), {}, &unknown);
        unsigned left = 0;
        while (unknown.line("filler", std::to_string(left), nullptr)) ++left;
        return Unknown::most + 1 - left;
    };
    CHECK(count(R"({"flags":["trust address","WebRTC","SDES-no-NULL_HMAC_SHA1_80"],"ICE":["remove"],"sdp":"x","rtcp-mux":["offer"]})") == 0);
    CHECK(count(R"({"flags":["trust adress","trust_adress"]})") == 1);
    CHECK(count(R"({"rtpp_flags":"trust-adress transport-protocl=x ICE=remov rtcp-mux=[ofer demux] replace=orign media-echo=fw drop-traffic=strt"})") == 6);
    CHECK(count(R"({"codec":{"strp":["PCMU"]},"extmap":{"strop":["x"]},"OSRTP":["x"],"DTLS":["y"],"SDES":["z"],"T.38":["w"],"bundle":["v"]})") == 7);
}

TEST_CASE("whoever makes words up fills neither memory nor the log") {
    Unknown unknown;
    std::size_t lines = 0;
    for (unsigned i = 0; i < 10'000; ++i) lines += unknown.line("flag", "made-up-" + std::to_string(i), nullptr).has_value();
    CHECK(lines == Unknown::most + 1);
    CHECK_FALSE(unknown.line("flag", "one more", nullptr));
}
