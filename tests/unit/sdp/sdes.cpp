// SPDX-License-Identifier: Apache-2.0
// Rows of the specification (3.5.5, 3.7, 6.3) and of recorded calls. A line is written as TAG SUITE KEY...; KEY: a letter for a peer's,
// n1, n2 ... for those that were made, in their order.
#include "control/sdp/sdes.h"

#include <map>
#include <numeric>

#include <doctest/doctest.h>

#include "control/random_bytes.h"
#include "control/sdp/text.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

using Strings = std::vector<std::string>;

// Short names.
const std::pair<const char*, const char*> names[] = {
    {"g256", "AEAD_AES_256_GCM"},        {"g128", "AEAD_AES_128_GCM"},        {"256-80", "AES_256_CM_HMAC_SHA1_80"},
    {"256-32", "AES_256_CM_HMAC_SHA1_32"}, {"192-80", "AES_192_CM_HMAC_SHA1_80"}, {"192-32", "AES_192_CM_HMAC_SHA1_32"},
    {"80", "AES_CM_128_HMAC_SHA1_80"},   {"32", "AES_CM_128_HMAC_SHA1_32"},   {"f8-80", "F8_128_HMAC_SHA1_80"},
    {"f8-32", "F8_128_HMAC_SHA1_32"},    {"0-80", "NULL_HMAC_SHA1_80"},       {"0-32", "NULL_HMAC_SHA1_32"},
};

const srtp::Suite* suite_of(std::string_view name) {
    for (const auto& [brief, whole] : names)
        if (name == brief) return srtp::find_suite(whole);
    FAIL("no such suite: " << name);
    return nullptr;
}

std::string name_of(const srtp::Suite& suite) {
    for (const auto& [brief, whole] : names)
        if (suite.name == whole) return brief;
    return "?";
}

// Keys that a letter stands for, and numbered ones.
srtp::Master key_of(std::string_view name, const srtp::Suite& suite) {
    const auto first = static_cast<std::uint8_t>(name[0] == 'n' ? 0x80 + number(name.substr(1), 1, 99).value() : name[0]);
    srtp::Master master;
    for (auto bytes : {master.key.make(suite.key), master.salt.make(suite.salt)}) std::fill(bytes.begin(), bytes.end(), first);
    return master;
}

std::string name_of(const srtp::Master& master) {
    const auto first = master.key.data()[0];
    return first < 0x80 ? std::string(1, static_cast<char>(first)) : "n" + std::to_string(first - 0x80);
}

Crypto line(std::string_view text) {
    Crypto crypto;
    crypto.tag = number(take_token(text), 0u, 999u).value();
    crypto.suite = suite_of(take_token(text));
    crypto.keys = {key_of(take_token(text), *crypto.suite)};
    for (auto word = take_token(text); !word.empty(); word = take_token(text)) {
        if (word == "-rtp") crypto.session.unencrypted_srtp = true;
        if (word == "-rtcp") crypto.session.unencrypted_srtcp = true;
        if (word == "-tag") crypto.session.unauthenticated_srtp = true;
        if (word == "mki") (void)crypto.keys[0].mki.assign(std::vector<std::uint8_t>{1});
        if (word == "passed") crypto.passed_on = true;
    }
    return crypto;
}

std::string text(const Crypto& crypto) {
    auto text = std::to_string(crypto.tag) + " " + name_of(*crypto.suite) + " " + name_of(crypto.keys.front());
    if (!crypto.keys.front().mki.empty()) text += " mki";
    if (crypto.session.unencrypted_srtp) text += " -rtp";
    if (crypto.session.unencrypted_srtcp) text += " -rtcp";
    if (crypto.session.unauthenticated_srtp) text += " -tag";
    return text;
}

std::vector<Crypto> lines(const Strings& texts) {
    std::vector<Crypto> all;
    for (const auto& text : texts) all.push_back(line(text));
    return all;
}

std::string list(const std::vector<Crypto>& all) {
    std::string joined;
    for (const auto& crypto : all) joined += (joined.empty() ? "" : ", ") + text(crypto);
    return joined;
}

struct Keys { // n1, n2 ...: a key, then its salt
    unsigned asked = 0;
    RandomBytes make() {
        return [this](std::span<std::uint8_t> out) {
            std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(0x81 + asked++ / 2));
        };
    }
};

std::string offer(const Strings& offered, const Strings& before, const Strings& flags) {
    Keys keys;
    return list(sdes_offer(lines(offered), lines(before), read_sdes_options(flags), keys.make()));
}

constexpr auto all_new = "1 g256 n1, 2 g128 n2, 3 256-80 n3, 4 256-32 n4, 5 192-80 n5, 6 192-32 n6, 7 80 n7, 8 32 n8, 9 f8-80 n9, "
                         "10 f8-32 n10, 11 0-80 n11, 12 0-32 n12";
constexpr auto all_but_80 = "2 g256 n1, 3 g128 n2, 4 256-80 n3, 5 256-32 n4, 6 192-80 n5, 7 192-32 n6, 8 32 n7, 9 f8-80 n8, "
                            "10 f8-32 n9, 11 0-80 n10, 12 0-32 n11";

} // namespace

TEST_CASE("what an offer lists") {
    struct Row {
        const char* what;
        Strings offered, before, flags;
        std::string expected;
    };
    const std::string with_80 = std::string("1 80 a, ") + all_but_80;
    const Row rows[] = {
        {"plain S: everything that we have", {}, {}, {}, all_new},
        {"SDES off", {"1 80 a"}, {"2 32 b"}, {"off"}, ""},
        {"only one", {}, {}, {"only-AES_CM_128_HMAC_SHA1_80"}, "1 80 n1"},
        {"only two: our order", {}, {}, {"only-AES_CM_128_HMAC_SHA1_32", "only-AES_256_CM_HMAC_SHA1_80"}, "1 256-80 n1, 2 32 n2"},
        {"some excluded", {}, {},
         {"no-NULL_HMAC_SHA1_32", "no-NULL_HMAC_SHA1_80", "no-F8_128_HMAC_SHA1_32", "no-F8_128_HMAC_SHA1_80", "no-AEAD_AES_128_GCM",
          "no-AEAD_AES_256_GCM"},
         "1 256-80 n1, 2 256-32 n2, 3 192-80 n3, 4 192-32 n4, 5 80 n5, 6 32 n6"},
        {"only: no- is ignored", {}, {}, {"only-AES_CM_128_HMAC_SHA1_80", "no-AES_CM_128_HMAC_SHA1_80"}, "1 80 n1"},
        {"only one that nobody knows: none", {"1 80 a"}, {}, {"only-FOO"}, ""},
        {"names in any case", {}, {}, {"only-aes_cm_128_hmac_sha1_80"}, "1 80 n1"},
        {"an own order, with the tags as they are", {}, {},
         {"order:AES_256_CM_HMAC_SHA1_80;AES_CM_128_HMAC_SHA1_32;AES_CM_128_HMAC_SHA1_80"},
         "3 256-80 n3, 8 32 n8, 7 80 n7, 1 g256 n1, 2 g128 n2, 4 256-32 n4, 5 192-80 n5, 6 192-32 n6, 9 f8-80 n9, 10 f8-32 n10, "
         "11 0-80 n11, 12 0-32 n12"},
        {"S's own keys and tags first", {"1 80 a"}, {}, {}, with_80},
        {"S's suite excluded", {"1 80 a", "2 32 b"}, {}, {"no-AES_CM_128_HMAC_SHA1_80"},
         "2 32 b, 3 g256 n1, 4 g128 n2, 5 256-80 n3, 6 256-32 n4, 7 192-80 n5, 8 192-32 n6, 9 f8-80 n7, 10 f8-32 n8, 11 0-80 n9, "
         "12 0-32 n10"},
        {"nothing new", {"1 80 a", "2 32 b"}, {}, {"nonew"}, "1 80 a, 2 32 b"},
        {"nothing new: nothing is filtered either", {"1 80 a", "2 32 b"}, {}, {"nonew", "only-AEAD_AES_128_GCM", "no-AES_CM_128_HMAC_SHA1_80"},
         "1 80 a, 2 32 b"},
        {"S's lines in our order", {"1 80 a", "2 32 b"}, {}, {"nonew", "order:AES_CM_128_HMAC_SHA1_32;AES_CM_128_HMAC_SHA1_80"},
         "2 32 b, 1 80 a"},
        {"gaps between the tags", {"7 80 a", "99 32 b"}, {}, {"nonew"}, "7 80 a, 99 32 b"},
        {"new ones behind the highest tag", {"99 32 b", "7 80 a"}, {}, {"only-AES_CM_128_HMAC_SHA1_32", "only-AES_CM_128_HMAC_SHA1_80", "only-NULL_HMAC_SHA1_80"},
         "99 32 b, 7 80 a, 100 0-80 n1"},
        {"one suite twice", {"2 80 a", "3 80 b mki"}, {}, {"nonew"}, "2 80 a, 3 80 b mki"},
        {"parameters that are S's", {"1 80 a -rtcp"}, {}, {"nonew"}, "1 80 a -rtcp"},
        {"and are cleared", {"1 80 a -rtcp"}, {}, {"nonew", "encrypted_srtcp"}, "1 80 a"},
        {"parameters that are ours", {}, {}, {"unencrypted_srtp", "unencrypted_srtcp", "unauthenticated_srtp", "only-AES_CM_128_HMAC_SHA1_80"},
         "1 80 n1 -rtp -rtcp -tag"},
        {"AEAD has no such thing", {"1 g128 a"}, {}, {"unauthenticated_srtp", "only-AEAD_AES_128_GCM", "only-AES_CM_128_HMAC_SHA1_80"},
         "1 80 n2 -tag"},
        {"AEAD has RTCP that isn't encrypted", {"1 g128 a"}, {}, {"unencrypted_srtcp", "nonew"}, "1 g128 a -rtcp"},
        {"the later one of opposite flags", {"1 80 a"}, {}, {"nonew", "unencrypted_srtp", "encrypted_srtp"}, "1 80 a"},
        {"R knows one of ours: the same again", {}, {"1 80 m"}, {}, std::string("1 80 m, ") + all_but_80},
        {"R knows all of ours", {}, {"1 g256 p", "2 80 q"}, {"nonew"}, "1 g256 p, 2 80 q"},
        {"their tags give way to S's", {"1 80 a"}, {"1 32 m", "3 0-80 q"}, {"nonew"}, "1 80 a, 2 32 m, 3 0-80 q"},
        {"S's keys replace those that R has had for the suite", {"1 80 b"}, {"1 80 a passed"}, {"nonew"}, "1 80 b"},
        {"S's former key isn't ours to use", {}, {"1 80 a passed"}, {"only-AES_CM_128_HMAC_SHA1_80"}, "1 80 n1"},
        {"what R has had is filtered, too", {}, {"1 80 m", "2 32 p"}, {"only-AES_CM_128_HMAC_SHA1_32"}, "2 32 p"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        CHECK(offer(row.offered, row.before, row.flags) == row.expected);
    }
}

TEST_CASE("there is no tag behind the last one") {
    auto offered = lines({"1 80 a"});
    offered[0].tag = Crypto::max_tag;
    const auto before = lines({"1 32 b"});
    Keys keys;
    const auto made = sdes_offer(offered, before, {}, keys.make());
    CHECK(made.size() == 2); // the former one's is free
    for (const auto& crypto : made) CHECK(crypto.tag <= Crypto::max_tag);
}

TEST_CASE("which of our lines was accepted") {
    const auto sent = lines({"1 80 a passed", "2 g256 m", "8 32 p"});
    const auto accepted = [&](const Strings& answered) {
        const auto pair = sdes_accepted(sent, lines(answered));
        return pair ? text(pair->ours) + " / " + text(pair->theirs) : "none";
    };
    CHECK(accepted({"8 32 x"}) == "8 32 p / 8 32 x");
    CHECK(accepted({"1 80 x mki"}) == "1 80 a / 1 80 x mki");
    CHECK(accepted({"1 32 x"}) == "none"); // another suite's tag
    CHECK(accepted({"3 80 x"}) == "none");
    CHECK(accepted({"3 80 x", "2 g256 y"}) == "2 g256 m / 2 g256 y");
    CHECK(accepted({}) == "none");
    CHECK(sdes_accepted(sent, lines({"1 80 x"}))->ours.passed_on);
}

TEST_CASE("what an answer says") {
    struct Row {
        const char* what;
        Strings offered;
        std::string accepted, before; // before: the line that we sent
        Strings offer_flags, flags;
        std::string expected;
    };
    const Row rows[] = {
        {"plain A: O's first", {"1 80 a", "2 32 b"}, "", "", {}, {}, "1 80 n1"},
        {"plain A: O's first, whichever it is", {"1 32 a", "2 80 b"}, "", "", {}, {}, "1 32 n1"},
        {"A's suite and key", {"1 80 a"}, "1 80 x", "", {}, {}, "1 80 x"},
        {"A's suite with O's tag", {"1 80 a", "2 32 b"}, "8 32 x", "", {}, {}, "2 32 x"},
        {"A has another suite: O's first, a key of ours", {"1 80 a"}, "8 32 x", "", {}, {}, "1 80 n1"},
        {"A took the second one", {"7 80 a", "99 32 b"}, "99 32 x", "", {}, {}, "99 32 x"},
        {"one suite twice: A's tag", {"2 80 a", "3 80 b mki"}, "3 80 x mki", "", {}, {}, "3 80 x mki"},
        {"lifetime and MKI of O's are O's", {"2 80 a", "3 80 b mki"}, "", "", {}, {}, "2 80 n1"},
        {"parameters of O's", {"1 80 a -rtcp"}, "", "", {}, {}, "1 80 n1 -rtcp"},
        {"parameters of A's", {"1 80 a -rtcp"}, "1 80 x -rtcp", "", {}, {}, "1 80 x -rtcp"},
        {"parameters that A doesn't have", {"1 80 a -rtcp"}, "1 80 x", "", {}, {}, "1 80 x"},
        {"the same key in the next answer", {"1 80 a"}, "", "1 80 m", {}, {}, "1 80 m"},
        {"also when O has a new one", {"1 80 b"}, "", "1 80 m", {}, {}, "1 80 m"},
        {"another suite, another key", {"1 32 b"}, "", "1 80 m", {}, {}, "1 32 n1"},
        {"A's former key isn't ours to use", {"1 80 a"}, "", "1 80 x passed", {}, {}, "1 80 n1"},
        {"excluded", {"1 80 a", "2 32 b"}, "", "", {}, {"no-AES_CM_128_HMAC_SHA1_80"}, "2 32 n1"},
        {"only", {"1 80 a", "2 32 b", "3 0-80 c"}, "", "", {}, {"only-NULL_HMAC_SHA1_80"}, "3 0-80 n1"},
        {"rather the last one than none", {"1 80 a", "2 32 b"}, "", "", {}, {"only-AEAD_AES_128_GCM"}, "2 32 n1"},
        {"nonew: nothing is filtered", {"1 80 a", "2 32 b"}, "", "", {}, {"nonew", "no-AES_CM_128_HMAC_SHA1_80"}, "1 80 n1"},
        {"A's suite is excluded towards O", {"1 80 a", "2 32 b"}, "1 80 x", "", {}, {"no-AES_CM_128_HMAC_SHA1_80"}, "2 32 n1"},
        {"O's preference, made at the offer", {"1 80 a", "2 32 b"}, "", "", {"offerer_pref:AES_CM_128_HMAC_SHA1_32"}, {}, "2 32 n1"},
        {"it goes before A's choice", {"1 80 a", "2 32 b"}, "1 80 x", "", {"offerer_pref:AES_CM_128_HMAC_SHA1_32"}, {}, "2 32 n1"},
        {"but its key may be A's", {"1 80 a", "2 32 b"}, "8 32 x", "", {"offerer_pref:AES_CM_128_HMAC_SHA1_32"}, {}, "2 32 x"},
        {"a preference that O doesn't offer", {"1 80 a", "2 32 b"}, "2 32 x", "", {"offerer_pref:AEAD_AES_128_GCM"}, {}, "2 32 x"},
        {"static: what was agreed upon", {"1 80 a", "2 32 b"}, "", "2 32 m", {}, {"static"}, "2 32 m"},
        {"static: also against A's choice", {"1 80 a", "2 32 b"}, "1 80 x", "2 32 m", {}, {"static"}, "2 32 m"},
        {"static: A's key goes on", {"1 80 a", "2 32 b"}, "1 80 x", "1 80 x passed", {}, {"static"}, "1 80 x"},
        {"static: O has another tag for it", {"1 80 a", "3 32 b"}, "", "2 32 m", {}, {"static"}, "1 80 n1"},
        {"static: the first time", {"1 80 a", "2 32 b"}, "2 32 x", "", {}, {"static"}, "2 32 x"},
        {"O offered none", {}, "1 80 x", "1 80 m", {}, {}, "none"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        SdesAnswer answer;
        auto preferred = sdes_preferred(lines(row.offered), read_sdes_options(row.offer_flags));
        answer.offered = std::move(preferred.offered);
        answer.preferred = preferred.any;
        if (!row.accepted.empty()) answer.accepted = line(row.accepted);
        if (!row.before.empty()) answer.before = SdesPair{line(row.before), line(row.before)};
        Keys keys;
        const auto pair = sdes_answer(answer, read_sdes_options(row.flags), keys.make());
        CHECK((pair ? text(pair->ours) : "none") == row.expected);
        if (pair) CHECK(pair->theirs.tag == pair->ours.tag);
    }
}

TEST_CASE("packets pass through untouched where everything is the same") {
    const SdesPair pair{line("1 80 x passed"), line("1 80 a")};
    CHECK(passes_through(pair, line("8 80 x")));
    CHECK_FALSE(passes_through(pair, line("8 80 y")));
    CHECK_FALSE(passes_through(pair, line("8 32 x")));
    CHECK_FALSE(passes_through(pair, line("8 80 x -rtcp")));
    CHECK_FALSE(passes_through(pair, line("8 80 x mki")));
}

TEST_CASE("members of the flags have their meaning") {
    const auto options = read_sdes_options(Strings{"static", "prefer", "pad", "lifetime", "order:A;;NULL_HMAC_SHA1_80; f8_128_hmac_sha1_80;"});
    CHECK(options.keep);
    CHECK(options.prefer);
    CHECK(options.spelling.pad);
    CHECK(options.spelling.lifetime);
    REQUIRE(options.order.size() == 2);
    CHECK(options.order[1] == srtp::find_suite("F8_128_HMAC_SHA1_80"));
    CHECK_FALSE(options.off);
    CHECK_FALSE(options.no_new);
}

TEST_CASE("keys of our own are the kernel's random numbers") {
    const RandomBytes random = random_bytes;
    const auto made = sdes_offer({}, {}, {}, random), again = sdes_offer({}, {}, {}, random);
    REQUIRE(made.size() == srtp::suites.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
        CHECK(made[i].parameters().valid());
        CHECK(made[i].keys != again[i].keys);
        for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(made[i].keys[0].key == made[j].keys[0].key);
    }
}
