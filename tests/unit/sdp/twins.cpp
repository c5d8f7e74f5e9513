// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/twins.h"

#include <doctest/doctest.h>

using namespace rtpengine::sdp;

namespace {

Section section(const char* type, std::uint16_t port, Protocol protocol, const char* formats) {
    Section made;
    made.type = type;
    made.port = port;
    made.protocol = protocol;
    made.protocol_text = protocol_name(protocol);
    made.formats = formats;
    return made;
}

std::vector<Section> folded(std::vector<Section> sections) {
    Session session;
    session.sections = std::move(sections);
    fold_twins(session);
    return session.sections;
}

const auto plain = section("audio", 4000, Protocol::rtp_avp, "0"), secured = section("audio", 4002, Protocol::rtp_savp, "8");

} // namespace

TEST_CASE("the SRTP one stays, whichever came first, and knows the other") {
    auto one = folded({plain, secured});
    REQUIRE(one.size() == 1);
    CHECK(one[0].port == 4002);
    CHECK(one[0].twin == Twin{"RTP/AVP", "0", false});
    one = folded({secured, plain});
    REQUIRE(one.size() == 1);
    CHECK(one[0].port == 4002);
    CHECK(one[0].twin == Twin{"RTP/AVP", "0", true});
}

TEST_CASE("the plain one stays where SRTP alone is refused") {
    auto refused = secured;
    refused.port = 0;
    auto one = folded({plain, refused});
    REQUIRE(one.size() == 1);
    CHECK(one[0].port == 4000);
    CHECK(one[0].twin == Twin{"RTP/SAVP", "8", true});
    auto none = plain;
    none.port = 0;
    one = folded({none, refused});
    REQUIRE(one.size() == 1);
    CHECK(one[0].protocol == Protocol::rtp_savp);
}

TEST_CASE("what is of another kind, or plain both times, or SRTP, is two") {
    CHECK(folded({plain, section("video", 1, Protocol::rtp_savp, "96")}).size() == 2);
    CHECK(folded({plain, plain}).size() == 2);
    CHECK(folded({secured, secured}).size() == 2);
    CHECK(folded({plain, section("audio", 1, Protocol::udptl, "t38")}).size() == 2);
    CHECK(folded({plain, section("audio", 1, Protocol::udp_tls_rtp_savpf, "0")}).size() == 1);
    CHECK(folded({}).empty());
}

TEST_CASE("each has one twin: of three, the third is another one; of four, there are two pairs") {
    const auto three = folded({plain, secured, plain});
    REQUIRE(three.size() == 2);
    CHECK(three[0].twin);
    CHECK_FALSE(three[1].twin);
    CHECK(folded({plain, secured, plain, secured}).size() == 2);
}
