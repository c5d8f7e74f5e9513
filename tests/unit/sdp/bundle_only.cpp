// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/bundle_only.h"

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

namespace {

// The ports of an offer with these lines.
std::vector<unsigned> ports(const std::string& group, const std::string& sections) {
    auto session = parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\na=group:" + group + "\r\n" + sections);
    REQUIRE(session);
    place_bundle_only(*session);
    std::vector<unsigned> all;
    for (const auto& section : session->sections) all.push_back(section.port);
    return all;
}

std::string section(unsigned port, const std::string& more) { return "m=audio " + std::to_string(port) + " RTP/AVP 0\r\n" + more; }

using List = std::vector<unsigned>;
const std::string head = section(4000, "a=mid:0\r\n");

} // namespace

TEST_CASE("a section that is only there with its bundle is at the head's address") {
    CHECK(ports("BUNDLE 0 1 2", head + section(0, "a=mid:1\r\na=bundle-only\r\n") + section(4002, "a=mid:2\r\n")) == List{4000, 4000, 4002});
}

TEST_CASE("what is rejected stays rejected") {
    CHECK(ports("BUNDLE 0 1", head + section(0, "a=mid:1\r\n")) == List{4000, 0});               // it doesn't say so
    CHECK(ports("BUNDLE 0", head + section(0, "a=mid:1\r\na=bundle-only\r\n")) == List{4000, 0}); // it is in no group
    CHECK(ports("LS 0 1", head + section(0, "a=mid:1\r\na=bundle-only\r\n")) == List{4000, 0});
    CHECK(ports("BUNDLE 0 1", section(0, "a=mid:0\r\n") + section(0, "a=mid:1\r\na=bundle-only\r\n")) == List{0, 0}); // nor is the head
    CHECK(ports("BUNDLE", head + section(0, "a=bundle-only\r\n")) == List{4000, 0});
    CHECK(ports("BUNDLE 9 1", head + section(0, "a=mid:1\r\na=bundle-only\r\n")) == List{4000, 0});
}
