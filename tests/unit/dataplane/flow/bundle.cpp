// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/bundle.h"

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets packet(std::uint8_t type, std::uint32_t ssrc, const std::string& mid = "", unsigned id = 4) {
    Octets made{static_cast<std::uint8_t>(mid.empty() ? 0x80 : 0x90), type, 0, 1, 0, 0, 0, 2};
    for (const int shift : {24, 16, 8, 0}) made.push_back(static_cast<std::uint8_t>(ssrc >> shift));
    if (mid.empty()) return made;
    Octets content{static_cast<std::uint8_t>(id << 4 | (mid.size() - 1))};
    content.insert(content.end(), mid.begin(), mid.end());
    content.resize((content.size() + 3) / 4 * 4);
    for (const unsigned part : {0xbeu, 0xdeu, 0u, static_cast<unsigned>(content.size() / 4)}) made.push_back(static_cast<std::uint8_t>(part));
    made.insert(made.end(), content.begin(), content.end());
    return made;
}

rtp::PayloadTypes types(std::initializer_list<unsigned> all) {
    rtp::PayloadTypes set;
    for (const auto type : all) set.set(type);
    return set;
}

const std::optional<std::uint8_t> nobody;

} // namespace

TEST_CASE("by its payload type, if no other media has that") {
    flow::Bundle bundle({0, {{"a", types({0, 8, 101})}, {"v", types({96, 101})}}});
    CHECK(bundle.member_of(packet(8, 1)) == 0);
    CHECK(bundle.member_of(packet(96, 1)) == 1); // an SSRC may do both where mids are not used
    CHECK(bundle.member_of(packet(101, 1)) == nobody);
    CHECK(bundle.member_of(packet(7, 1)) == nobody);
    CHECK(bundle.member_of(packet(8, 1, "v")) == 0); // there is no such extension
}

TEST_CASE("by its mid, and then by its SSRC") {
    flow::Bundle bundle({4, {{"audio", types({0})}, {"one", types({96})}, {"two", types({96})}}});
    CHECK(bundle.member_of(packet(96, 7)) == nobody);
    CHECK(bundle.member_of(packet(96, 7, "two")) == 2);
    CHECK(bundle.member_of(packet(96, 7)) == 2);
    CHECK(bundle.member_of(packet(96, 8)) == nobody);
    CHECK(bundle.member_of(packet(96, 7, "one")) == 1); // it may move
    CHECK(bundle.member_of(packet(96, 7)) == 1);
    CHECK(bundle.member_of(packet(0, 9)) == 0);
    CHECK(bundle.member_of(packet(96, 7, "three")) == 1); // unknown: as if it weren't there
    CHECK(bundle.member_of(packet(96, 7, "two", 5)) == 1); // another extension
}

TEST_CASE("SSRCs beyond those that have a place are told apart by their payload types") {
    flow::Bundle bundle({4, {{"audio", types({0})}, {"video", types({96})}}});
    for (std::uint32_t ssrc = 1; ssrc < 1000; ++ssrc) {
        CHECK(bundle.member_of(packet(0, ssrc, "video")) == 1);
        CHECK(bundle.member_of(packet(0, ssrc)) == 1);
    }
    CHECK(bundle.member_of(packet(0, 1'000'000)) == 0);
}
