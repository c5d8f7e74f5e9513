// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/attributes.h"

#include <initializer_list>

#include <doctest/doctest.h>

#include "control/sdp/lines.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

Attribute parsed(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos) return {std::string(line), std::nullopt};
    return {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))};
}

Section read(std::initializer_list<const char*> lines, Level level = Level::media) {
    Section section = *read_media("audio 5004 RTP/AVP 0 96 97");
    for (const char* line : lines)
        read_attribute(parsed(line), level, section);
    return section;
}

} // namespace

TEST_CASE("codec attributes go to their payload type") {
    const Section section =
        read({"fmtp:96 mode=20", "rtpmap:96 iLBC/8000", "rtcp-fb:96 nack", "rtcp-fb:96 nack pli",
              "rtpmap:5 DVI4/8000", "rtpmap:97 bad", "fmtp:97 a=1", "fmtp:97 b=2", "fmtp:0"});
    CHECK(section.codecs[1].full() == "iLBC/8000");
    CHECK(section.codecs[1].fmtp == "mode=20");
    CHECK(section.codecs[1].rtcp_fb == std::vector<std::string>{"nack", "nack pli"});
    CHECK(section.codecs[2].name.empty());
    CHECK(section.codecs[2].fmtp == "a=1;b=2");
    CHECK_FALSE(section.codecs[0].fmtp);
    CHECK(section.codecs.size() == 3);
}

TEST_CASE("of several directions the one that counts is known") {
    CHECK(read({}).direction == Direction::sendrecv);
    CHECK_FALSE(read({}).direction_attribute);
    CHECK(read({"sendrecv"}).direction_attribute->name == "sendrecv");
    CHECK(read({"inactive", "sendrecv"}).direction == Direction::inactive);
    CHECK(read({"inactive", "sendonly"}).direction == Direction::sendonly);
    CHECK(read({"recvonly", "sendonly"}).direction == Direction::recvonly);
}

TEST_CASE("a=rtcp has a port and perhaps a literal address") {
    CHECK(read({"rtcp:5"}).rtcp->port == 5);
    CHECK(read({"rtcp:5 IN IP6 2001:db8::1"}).rtcp->address->str() == "2001:db8::1");
    CHECK(read({"rtcp:5 IN IP4 192.0.2.1"}).usable);
    for (const char* line : {"rtcp:", "rtcp:0", "rtcp:65536", "rtcp:x", "rtcp"}) {
        CHECK_FALSE(read({line}).rtcp);
        CHECK(read({line}).usable);
    }
    for (const char* line : {"rtcp:5 IN IP4 host.example.net", "rtcp:5 IN", "rtcp:5 IP4 192.0.2.1"})
        CHECK_FALSE(read({line}).usable);
}

TEST_CASE("the first good value of a single attribute counts") {
    const Section section = read({"ptime:x", "ptime:20", "ptime:30", "maxptime:0", "mid:", "mid: a", "mid:b",
                                  "label:l", "setup:maybe", "setup:active", "setup:passive", "tls-id:1"});
    CHECK(section.ptime == 20);
    CHECK(section.maxptime == 0);
    CHECK(section.mid == "a");
    CHECK(section.label == "l");
    CHECK(section.setup == "active");
    CHECK(section.tls_id == "1");
}

TEST_CASE("ICE is read, unusable candidates are not") {
    const Section section =
        read({"ice-ufrag:u", "ice-pwd:p", "ice-options:trickle ice2", "ice-lite", "end-of-candidates",
              "candidate:1 1 UDP 1 192.0.2.1 5 typ host", "candidate:1 1 TCP 1 192.0.2.1 5 typ host"});
    CHECK(section.ice.present());
    CHECK(section.ice.pwd == "p");
    CHECK(section.ice.options == std::vector<std::string>{"trickle", "ice2"});
    CHECK(section.ice.lite);
    CHECK(section.ice.end_of_candidates);
    CHECK(section.ice.candidates.size() == 1);
}

TEST_CASE("no more than a hundred candidates are kept") {
    Section section;
    for (int i = 0; i < 150; ++i)
        read_attribute(parsed("candidate:1 1 UDP 1 192.0.2.1 5 typ host"), Level::media, section);
    CHECK(section.ice.candidates.size() == 100);
}

TEST_CASE("extensions have one number each") {
    const Section section = read(
        {"extmap:1/sendonly urn:a attr", "extmap:1 urn:b", "extmap:15 urn:c", "extmap:2", "extmap:16 urn:d"});
    REQUIRE(section.extensions.size() == 2);
    CHECK(section.extensions[0].id == "1/sendonly");
    CHECK(section.extensions[0].name == "urn:a attr");
    CHECK(section.extensions[1].id == "16");
}

TEST_CASE("the table knows what passes") {
    Section section;
    for (const char* line :
         {"msid:a b", "ssrc:1 cname:x", "rid:1 send", "simulcast:send 1", "framerate:30", "content:main",
          "silenceSupp:off - - - -", "sctp-port:5000", "msid-semantic: WMS", "rtcp-rsize", "rtcp-fb:* nack",
          "imageattr:96", "x", "", "rtcp-xr:a"})
        CHECK_FALSE(read_attribute(parsed(line), Level::media, section));
    for (const char* line : {"candidate:x",
                             "crypto:x",
                             "fingerprint:x",
                             "setup:x",
                             "ice-ufrag:x",
                             "ice-mismatch",
                             "remote-candidates:x",
                             "rtcp:1",
                             "rtcp-mux",
                             "ptime:20",
                             "maxptime:20",
                             "mid:1",
                             "label:1",
                             "rtpmap:1 x/1",
                             "fmtp:1 x",
                             "rtcp-fb:96 nack",
                             "extmap:1 x",
                             "bundle-only",
                             "T38FaxVersion:0",
                             "end-of-candidates",
                             "inactive",
                             "rtpengine:x",
                             "extmap-allow-mixed"})
        CHECK(read_attribute(parsed(line), Level::media, section));
}

TEST_CASE("media attributes mean nothing at session level") {
    const Section session =
        read({"ptime:20", "mid:1", "rtcp-mux", "crypto:1 x", "candidate:1 1 UDP 1 192.0.2.1 5 typ host"},
             Level::session);
    CHECK(session.ptime == 0);
    CHECK_FALSE(session.mid);
    CHECK_FALSE(session.rtcp_mux);
    CHECK(session.crypto.empty());
    CHECK(session.ice.candidates.empty());
}

TEST_CASE("sections inherit what they don't say") {
    const Section session =
        read({"recvonly", "setup:actpass", "tls-id:s", "ice-ufrag:su", "ice-pwd:sp", "ice-options:trickle",
              "ice-lite", "extmap:1 urn:a", "extmap:2 urn:b", "extmap-allow-mixed"},
             Level::session);
    Section plain;
    inherit(plain, session);
    CHECK(plain.direction == Direction::recvonly);
    CHECK(plain.setup == "actpass");
    CHECK(plain.ice.ufrag == "su");
    CHECK(plain.ice.lite);
    CHECK(plain.extensions.size() == 2);
    CHECK(plain.extmap_allow_mixed);

    Section own = read({"sendrecv", "setup:active", "ice-ufrag:mu", "ice-pwd:mp", "extmap:7 urn:c"});
    inherit(own, session);
    CHECK(own.direction == Direction::sendrecv);
    CHECK(own.setup == "active");
    CHECK(own.tls_id == "s");
    CHECK(own.ice.ufrag == "mu");
    CHECK(own.ice.pwd == "mp");
    REQUIRE(own.extensions.size() == 1); // all or nothing
    CHECK(own.extensions[0].name == "urn:c");
}
