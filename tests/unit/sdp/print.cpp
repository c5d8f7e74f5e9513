// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/print.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

Session parsed(const std::string& rest) {
    auto session =
        parse("v=0\r\no=me 7 8 IN IP4 192.0.2.1\r\ns=name\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + rest);
    REQUIRE(session);
    return *session;
}

SectionOutput output_of(const Section& section) {
    SectionOutput output;
    output.source = &section;
    output.type = section.type;
    output.protocol = section.protocol_text;
    output.port = 30000;
    output.connection = *Address::parse("203.0.113.1");
    output.rtp = section.rtp();
    output.codecs = section.codecs;
    output.direction = section.direction;
    return output;
}

SessionOutput output_of(const Session& session) {
    SessionOutput output;
    output.source = &session;
    output.origin = session.origin;
    output.name = session.name;
    for (const Section& section : session.sections)
        output.sections.push_back(output_of(section));
    return output;
}

// The lines of the only section behind its c= line, "|" for line ends.
std::string section_lines(const SessionOutput& output, const std::vector<sdp::SectionEdits>& edits = {}) {
    std::string body = print(output, edits), lines;
    const std::string connection = "c=IN IP4 203.0.113.1\r\n";
    REQUIRE(body.find(connection) != body.npos);
    body.erase(0, body.find(connection) + connection.size());
    for (const char c : body)
        if (c != '\r') lines += c == '\n' ? '|' : c;
    return lines;
}

const Candidate host_candidate{"F1",   1,           2130706431, *Endpoint::parse("203.0.113.1:30000"),
                               "host", std::nullopt};

} // namespace

TEST_CASE("the session's lines have their order") {
    const Session session = parsed(
        "p=+1\r\ne=e@x\r\nu=u\r\ni=i\r\nb=TIAS:1\r\nb=AS:2\r\na=tool:a\r\na=group:LS 1\r\na=lang:b\r\n");
    SessionOutput output = output_of(session);
    output.origin.version = "9";
    output.loop_id = "0123456789ab";
    output.ice_lite = true;
    output.groups = {"BUNDLE 1 2"};
    const std::vector<sdp::SectionEdits> edits{{"global", {{"X-added"}, {}, {}}}};
    CHECK(print(output, edits) ==
          "v=0\r\no=me 7 9 IN IP4 192.0.2.1\r\ns=name\r\ni=i\r\nu=u\r\ne=e@x\r\np=+1\r\nb=AS:2\r\n"
          "b=TIAS:1\r\nt=0 0\r\na=rtpengine:0123456789ab\r\na=ice-lite\r\na=group:BUNDLE 1 2\r\na=tool:a\r\n"
          "a=lang:b\r\na=X-added\r\n");
    output.session_attributes = output.bandwidth = output.ice_lite = false;
    output.loop_id.reset();
    output.groups.clear();
    CHECK(print(output, {}) ==
          "v=0\r\no=me 7 9 IN IP4 192.0.2.1\r\ns=name\r\ni=i\r\nu=u\r\ne=e@x\r\np=+1\r\nt=0 0\r\n");
}

TEST_CASE("without a source there is still a session") {
    SessionOutput output;
    output.origin = {"-", "5", "6", "IP6", "2001:db8::1"};
    output.name = "software";
    CHECK(print(output, {}) == "v=0\r\no=- 5 6 IN IP6 2001:db8::1\r\ns=software\r\nt=0 0\r\n");
    CHECK(print({}, {}) == "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=\r\nt=0 0\r\n");
}

TEST_CASE("a section's lines have their order") {
    const Session session =
        parsed("m=audio 5004 RTP/AVP 96 0 97\r\ni=left\r\nb=RS:1\r\nb=AS:2\r\na=X-1\r\na=rtcp-fb:* trr-int "
               "1\r\na=rtcp-fb:96 nack\r\n"
               "a=fmtp:96 minptime=10;useinbandfec=1\r\na=rtpmap:96 opus/48000/2\r\na=candidate:1 1 UDP 1 "
               "192.0.2.1 5 typ host\r\na=sendonly\r\n");
    SessionOutput output = output_of(session);
    SectionOutput& section = output.sections[0];
    section.protocol = "RTP/SAVPF";
    section.mid = "m";
    section.label = "l";
    section.bundle_only = true;
    section.extmap_allow_mixed = true;
    section.extensions = {{"3/recvonly", "urn:x y"}};
    section.original_direction = Attribute{"sendonly", std::nullopt};
    section.rtcp = RtcpLine{30001, true};
    section.rtcp_mux = true;
    section.security = {"crypto:1 X", "setup:active"};
    section.ptime = 20;
    section.maxptime = 60;
    Candidate relay = host_candidate;
    relay.type = "relay";
    relay.related = relay.endpoint;
    section.ice = IceLines{"uf", "pw", {"trickle", "ice2"}, {host_candidate, relay}, "1 192.0.2.1 5", true};
    CHECK(print(output, {})
              .find("\r\nm=audio 30000 RTP/SAVPF 96 0 97\r\ni=left\r\nc=IN IP4 "
                    "203.0.113.1\r\nb=AS:2\r\nb=RS:1\r\na=mid:m\r\n") != std::string::npos);
    CHECK(section_lines(output, {{"audio", {{"a=X-2"}, {}, {}}}}) ==
          "b=AS:2|b=RS:1|a=mid:m|a=label:l|a=bundle-only|a=rtpmap:96 opus/48000/2|a=fmtp:96 useinbandfec=1; "
          "minptime=10|"
          "a=rtcp-fb:96 nack|a=rtpmap:0 PCMU/8000|a=extmap-allow-mixed|a=extmap:3 urn:x y|a=rtcp-fb:* "
          "trr-int 1|a=X-1|a=sendonly|a=sendonly|"
          "a=rtcp:30001 IN IP4 203.0.113.1|a=rtcp-mux|a=crypto:1 "
          "X|a=setup:active|a=ptime:20|a=maxptime:60|a=ice-ufrag:uf|a=ice-pwd:pw|"
          "a=ice-options:trickle ice2|a=candidate:F1 1 UDP 2130706431 203.0.113.1 30000 typ host|"
          "a=candidate:F1 1 UDP 2130706431 203.0.113.1 30000 typ relay raddr 203.0.113.1 rport "
          "30000|a=remote-candidates:1 192.0.2.1 5|a=end-of-candidates|a=X-2|");
}

TEST_CASE("IPv6 is named as such") {
    const Session session = parsed("m=audio 5004 RTP/AVP 0\r\n");
    SessionOutput output = output_of(session);
    output.sections[0].connection = *Address::parse("2001:db8::7");
    output.sections[0].rtcp = RtcpLine{1, true};
    const std::string body = print(output, {});
    CHECK(body.find("c=IN IP6 2001:db8::7\r\n") != body.npos);
    CHECK(body.find("a=rtcp:1 IN IP6 2001:db8::7\r\n") != body.npos);
}

TEST_CASE("a rejected section is short and has the original formats") {
    const Session session = parsed("m=video 0 RTP/AVP 31 99 junk\r\ni=x\r\nb=AS:1\r\na=X-1\r\na=mid:v\r\n");
    SessionOutput output = output_of(session);
    output.sections[0].port = 0;
    output.sections[0].rejected = true;
    output.sections[0].mid = "v";
    output.sections[0].label = "l";
    output.sections[0].ptime = 20;
    CHECK(print(output, {}).find("m=video 0 RTP/AVP 31 99 junk\r\ni=x\r\n") != std::string::npos);
    CHECK(section_lines(output) == "b=AS:1|a=mid:v|a=label:l|");
    CHECK(section_lines(output, {{"video", {{"X-2"}, {"mid"}, {}}}}) == "b=AS:1|a=label:l|a=X-2|");
}

TEST_CASE("copy mode shows what was there, then our candidates") {
    const Session session = parsed(
        "m=application 5004 UDP/BFCP "
        "*\r\na=floorctrl:c-s\r\na=setup:active\r\na=candidate:x\r\na=end-of-candidates\r\na=mid:3\r\n");
    SessionOutput output = output_of(session);
    output.sections[0].copy = true;
    output.sections[0].mid = "other";
    output.sections[0].rtcp = RtcpLine{1, false};
    CHECK(section_lines(output) == "a=floorctrl:c-s|a=setup:active|a=candidate:x|a=mid:3|");
    output.sections[0].ice = IceLines{"u", "p", {"trickle"}, {host_candidate}, std::nullopt, true};
    CHECK(section_lines(output) ==
          "a=floorctrl:c-s|a=setup:active|a=candidate:x|a=mid:3|"
          "a=candidate:F1 1 UDP 2130706431 203.0.113.1 30000 typ host|a=end-of-candidates|");
    CHECK(section_lines(output, {{"application", {{}, {"setup", "candidate"}, {{"mid:3", "mid:4"}}}}}) ==
          "a=floorctrl:c-s|a=mid:4|a=end-of-candidates|");
}

TEST_CASE("formats fall back to the source's, then to 0") {
    const Session session = parsed("m=audio 5004 RTP/AVP 0 8\r\n");
    SessionOutput output = output_of(session);
    output.sections[0].codecs.clear();
    CHECK(print(output, {}).find("m=audio 30000 RTP/AVP 0 8\r\n") != std::string::npos);
    output.sections[0].source = nullptr;
    CHECK(print(output, {}).find("m=audio 30000 RTP/AVP 0\r\n") != std::string::npos);
}

TEST_CASE("payload types without a definition have no rtpmap") {
    const Session session = parsed("m=audio 5004 RTP/AVP 96\r\na=fmtp:96 x\r\n");
    CHECK(section_lines(output_of(session)) == "a=fmtp:96 x|a=sendrecv|");
}

TEST_CASE("generated lines can be removed and replaced, added ones can't") {
    const Session session = parsed("m=audio 5004 RTP/AVP 0\r\na=X-1\r\n");
    SessionOutput output = output_of(session);
    output.sections[0].rtcp = RtcpLine{30001, false};
    output.sections[0].ptime = 20;
    const std::vector<sdp::SectionEdits> edits{
        {"audio",
         {{"ptime:60"},
          {"rtcp", "ptime"},
          {{"sendrecv", "inactive"}, {"rtpmap:0", "a=rtpmap:0 PCMU/8000/1"}}}}};
    CHECK(section_lines(output, edits) == "a=rtpmap:0 PCMU/8000/1|a=X-1|a=inactive|a=ptime:60|");
}

TEST_CASE("an attribute that looks like a line stays one attribute") {
    const Session session = parsed("m=audio 5004 RTP/AVP 0\r\na=a=b\r\na=\r\n");
    CHECK(section_lines(output_of(session)) == "a=rtpmap:0 PCMU/8000|a=a=b|a=|a=sendrecv|");
}

TEST_CASE("a body that is longer than one that may be read is given up") {
    const Session session = parsed("m=audio 4000 RTP/AVP 0\r\n");
    SessionOutput output = output_of(session);
    while (output.sections.size() < 200)
        output.sections.push_back(output.sections.front());
    const std::string usual = print(output, {});
    CHECK_FALSE(usual.empty());
    const std::size_t left = max_body - usual.size();
    CHECK_FALSE(print(output, {{"audio", {{std::string(left / 200 - 4, 'x')}, {}, {}}}}).empty());
    CHECK(print(output, {{"audio", {{std::string(left / 200 + 1, 'x')}, {}, {}}}}).empty());
    CHECK(print(output, {{"audio", {{}, {}, {{"sendrecv", std::string(left / 200 + 20, 'x')}}}}}).empty());
}
