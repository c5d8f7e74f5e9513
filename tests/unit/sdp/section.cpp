// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "control/sdp/model.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

Section at(const char* address, std::uint16_t port) {
    Section section;
    section.connection = Address::parse(address);
    section.port = port;
    return section;
}

} // namespace

TEST_CASE("RTCP goes to the next port unless a=rtcp says where") {
    Section section = at("192.0.2.1", 5004);
    CHECK(section.rtcp_endpoint().str() == "192.0.2.1:5005");
    section.rtcp = RtcpAttribute{6000, std::nullopt};
    CHECK(section.rtcp_endpoint().str() == "192.0.2.1:6000");
    section.rtcp->address = Address::parse("192.0.2.9");
    CHECK(section.rtcp_endpoint().str() == "192.0.2.9:6000");
    CHECK_FALSE(at("192.0.2.1", 65535).rtcp_endpoint().known());
    CHECK_FALSE(at("192.0.2.1", 0).rtcp_endpoint().known());
}

TEST_CASE("RTCP at the RTP port means multiplexing") {
    Section section = at("192.0.2.1", 5004);
    CHECK_FALSE(section.wants_mux());
    section.rtcp = RtcpAttribute{5004, std::nullopt};
    CHECK(section.wants_mux());
    section.rtcp->address = Address::parse("192.0.2.9");
    CHECK_FALSE(section.wants_mux());
    section.rtcp_mux = true;
    CHECK(section.wants_mux());
}

TEST_CASE("an unspecified address is hold, except with port 9 and trickle ICE") {
    Section section = at("0.0.0.0", 9);
    CHECK(section.zero_address());
    CHECK_FALSE(section.trickle_placeholder());
    section.ice.ufrag = "abcd";
    CHECK(section.trickle_placeholder());
    section.ice.options = {"ice2"};
    CHECK_FALSE(section.trickle_placeholder());
    section.ice.options = {"ice2", "trickle"};
    CHECK(section.trickle_placeholder());
    section.port = 10;
    CHECK_FALSE(section.trickle_placeholder());
    CHECK_FALSE(at("192.0.2.1", 9).zero_address());
    CHECK_FALSE(Section{}.zero_address());
}

TEST_CASE("extension numbers are those of RFC 8285") {
    CHECK(extension_number("1") == 1);
    CHECK(extension_number("14/sendonly") == 14);
    CHECK(extension_number("255") == 255);
    for (const char* id : {"", "0", "15", "256", "x", "1x", "-1", "/sendonly"})
        CHECK(extension_number(id) == 0);
}
