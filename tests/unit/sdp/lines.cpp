// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/lines.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::sdp;

TEST_CASE("an origin has six parts, its address may be anything") {
    const auto origin = read_origin("jdoe 2890844526 2890842807 IN IP6 host.example.net");
    REQUIRE(origin);
    CHECK(origin->username == "jdoe");
    CHECK(origin->session_id == "2890844526");
    CHECK(origin->version == "2890842807");
    CHECK(origin->address_type == "IP6");
    CHECK(origin->address == "host.example.net");
    for (const char* text : {"", "- 1 1 IN IP4", "- 1 1 OUT IP4 192.0.2.1", "1 1 IN IP4 192.0.2.1"})
        CHECK_FALSE(read_origin(text));
}

TEST_CASE("a connection is a literal unicast address") {
    CHECK(read_connection("IN IP4 192.0.2.1")->str() == "192.0.2.1");
    CHECK(read_connection("IN IP6 2001:db8::1")->str() == "2001:db8::1");
    CHECK(read_connection(" IN  IP4  0.0.0.0 ")->is_unspecified());
    for (const char* text :
         {"", "IN IP4", "IP4 192.0.2.1", "IN IP4 host.example.net", "IN IP4 233.252.0.1/127",
          "IN IP6 ff15::101/3", "IN IP4 192.0.2.1 192.0.2.2", "ATM NSAP 47.0"})
        CHECK_FALSE(read_connection(text));
}

TEST_CASE("bandwidths are kept once each, in printing order") {
    std::vector<Bandwidth> known;
    for (const char* text : {"TIAS:64000", "AS:64", "X-YZ:1", "RR:0", "AS:65", "CT", "RS: 5"})
        add_bandwidth(known, text);
    std::string all;
    for (const Bandwidth& one : known)
        all += one.type + ":" + one.value + " ";
    CHECK(all == "AS:64 RR:0 RS:5 TIAS:64000 ");
}

TEST_CASE("media lines of RTP have payload types") {
    const auto section = read_media("audio 5004/2 rtp/avp 0  97 8 0");
    REQUIRE(section);
    CHECK(section->type == "audio");
    CHECK(section->port == 5004);
    CHECK(section->port_count == 2);
    CHECK(section->protocol == Protocol::rtp_avp);
    CHECK(section->protocol_text == "rtp/avp");
    CHECK(section->formats == "0  97 8 0");
    REQUIRE(section->codecs.size() == 3); // listed twice counts once
    CHECK(section->codecs[0].full() == "PCMU/8000");
    CHECK(section->codecs[1].payload_type == 97);
    CHECK(section->codecs[1].name.empty());
    CHECK(section->usable);
}

TEST_CASE("RTP formats must be numbers, those of others are left alone") {
    for (const char* text :
         {"audio 5 RTP/AVP 128", "audio 5 RTP/AVP -1", "audio 5 RTP/AVP 0 t38", "video 0 RTP/AVP *"})
        CHECK_FALSE(read_media(text)->usable);
    const auto section = read_media("image 5 udptl t38");
    REQUIRE(section);
    CHECK(section->usable);
    CHECK(section->codecs.empty());
    CHECK(section->formats == "t38");
}

TEST_CASE("media lines need a port and a protocol") {
    for (const char* text :
         {"", "audio", "audio 5", "audio RTP/AVP", "audio 65536 RTP/AVP 0", "audio -1 RTP/AVP 0",
          "audio 5/0 RTP/AVP 0", "audio 5/11 RTP/AVP 0", "audio 5/ RTP/AVP 0", "audio 5x RTP/AVP 0"})
        CHECK_FALSE(read_media(text));
    CHECK(read_media("audio 5/10 RTP/AVP 0"));
    CHECK(read_media("audio 0 RTP/AVP"));
}
