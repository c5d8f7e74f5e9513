// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "control/budget.h"
#include "control/sdp/model.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

const std::string head = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=x\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
const std::string audio = "m=audio 5004 RTP/AVP 0\r\n";

Session good(const std::string& text, bool fragment = false) {
    auto session = parse(text, fragment);
    REQUIRE(session);
    return *session;
}

std::string reason(const std::string& text) {
    const auto session = parse(text);
    return session ? "" : session.error().message;
}

const std::string malformed = "Failed to parse SDP", incomplete = "Incomplete SDP specification";

} // namespace

TEST_CASE("a small body is read") {
    const Session session = good(head + audio);
    CHECK(session.origin.version == "2");
    CHECK(session.name == "x");
    CHECK(session.times == "0 0");
    REQUIRE(session.sections.size() == 1);
    CHECK(session.sections[0].rtp_endpoint().str() == "192.0.2.1:5004");
    CHECK_FALSE(session.blank_line);
}

TEST_CASE("lines end in LF or CRLF, the last one perhaps not at all") {
    std::string text = head + audio;
    std::erase(text, '\r');
    CHECK(good(text).sections.size() == 1);
    text.pop_back();
    CHECK(good(text).sections[0].codecs.size() == 1);
}

TEST_CASE("an empty line ends the body") {
    const Session session = good(head + audio + "\r\nnot SDP at all\r\n");
    CHECK(session.blank_line);
    CHECK(session.sections.size() == 1);
    CHECK(good(head + audio + "\n").blank_line);
    CHECK(reason("\r\n" + head) == malformed);
}

TEST_CASE("what can't be SDP is refused") {
    for (const std::string& text :
         {std::string(), std::string("v"), std::string("v=1\r\n"), std::string("v=\r\n"), head + "hello\r\n",
          head + "x=1\r\n", head + "=\r\n", head + "o=- 1 1 IN IP4 192.0.2.1\r\n",
          std::string("v=0\r\no=- 1\r\n"), head.substr(5), head + "c=IN IP4 192.0.2.2\r\n",
          head + "m=audio x RTP/AVP 0\r\n", head + audio + "c=IN IP4 name\r\n",
          head + audio + "c=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\n", head + "A=x\r\n", head + " \r\n"}) {
        CAPTURE(text);
        CHECK(reason(text) == malformed);
    }
    for (const char* type : {"o=- 1 1 IN IP4 192.0.2.1", "s=x", "t=0 0", "u=x", "e=x", "p=x"})
        CHECK(reason(head + audio + type + "\r\n") == malformed);
}

TEST_CASE("a section needs an address, number formats and a usable a=rtcp, unless it is rejected") {
    const std::string bare = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=x\r\nt=0 0\r\n";
    CHECK(reason(bare + audio) == incomplete);
    CHECK(parse(bare + audio).error().code == 1);
    CHECK(reason(bare + audio + "c=IN IP4 192.0.2.2\r\n").empty());
    CHECK(reason(bare + "m=audio 0 RTP/AVP 0\r\n").empty());
    CHECK(reason(head + "m=audio 5 RTP/AVP 128\r\n") == incomplete);
    CHECK(reason(head + "m=audio 0 RTP/AVP junk\r\n").empty());
    CHECK(reason(head + audio + "a=rtcp:5 IN IP4 name\r\n") == incomplete);
    CHECK(reason(head + "m=audio 5 RTP/AVP 128\r\nv=2\r\n") == malformed); // syntax first
}

TEST_CASE("addresses of sections go before the session's") {
    const Session session = good(head + audio + "c=IN IP6 2001:db8::1\r\n" + audio);
    CHECK(session.sections[0].connection->str() == "2001:db8::1");
    CHECK(session.sections[1].connection->str() == "192.0.2.1");
}

TEST_CASE("session lines are kept, the first of each") {
    const Session session =
        good(head + "i=a\r\ni=b\r\nu=c\r\ne=d\r\np=e\r\nk=x\r\nr=x\r\nz=x\r\nb=CT:1\r\nb=AS:2\r\nt=1 1\r\n" +
             audio + "i=m\r\nb=RS:0\r\nk=x\r\n");
    CHECK(session.information == "a");
    CHECK(session.uri == "c");
    CHECK(session.email == "d");
    CHECK(session.phone == "e");
    CHECK(session.times == "0 0");
    REQUIRE(session.bandwidth.size() == 2);
    CHECK(session.bandwidth[0].type == "AS");
    CHECK(session.sections[0].information == "m");
    CHECK(session.sections[0].bandwidth[0].value == "0");
}

TEST_CASE("attributes are consumed or kept for the other side, in order, feedback for all first") {
    const Session session = good(head +
                                 "a=tool:x\r\na=group:BUNDLE 1 2\r\na=group:LS "
                                 "1\r\na=rtpengine:abc\r\na=msid-semantic: WMS\r\na=inactive\r\n" +
                                 audio + "a=X-b\r\na=ptime:20\r\na=rtcp-fb:* nack\r\na=:z\r\na=\r\na=x:\r\n");
    REQUIRE(session.uninterpreted.size() == 2);
    CHECK(session.uninterpreted[1].line() == "msid-semantic: WMS");
    CHECK(session.groups == std::vector<std::string>{"BUNDLE 1 2", "LS 1"});
    CHECK(session.loop_ids == std::vector<std::string>{"abc"});
    const Section& section = session.sections[0];
    CHECK(section.direction == Direction::inactive);
    std::string uninterpreted, all;
    for (const Attribute& attribute : section.uninterpreted)
        uninterpreted += attribute.line() + "|";
    section.each_attribute([&](std::string_view line) { all.append(line) += "|"; });
    CHECK(uninterpreted == "rtcp-fb:* nack|X-b|:z||x:|");
    CHECK(all == "X-b|ptime:20|rtcp-fb:* nack|:z||x:|");
}

TEST_CASE("of several sessions in a body the first origin and the last session data count") {
    const Session session =
        good(head + "a=sendonly\r\na=tool:1\r\na=rtpengine:one\r\n" + audio +
             "v=0\r\no=- 8 9 IN IP4 192.0.2.8\r\ns=y\r\nc=IN IP4 192.0.2.8\r\nt=3 4\r\na=tool:2\r\n" + audio);
    CHECK(session.origin.version == "2");
    CHECK(session.name == "y");
    CHECK(session.times == "3 4");
    REQUIRE(session.uninterpreted.size() == 1);
    CHECK(session.uninterpreted[0].line() == "tool:2");
    CHECK(session.loop_ids == std::vector<std::string>{"one", ""});
    REQUIRE(session.sections.size() == 2);
    CHECK(session.sections[0].direction == Direction::sendonly);
    CHECK(session.sections[0].connection->str() == "192.0.2.1");
    CHECK(session.sections[1].direction == Direction::sendrecv);
    CHECK(session.sections[1].connection->str() == "192.0.2.8");
}

TEST_CASE("fragments may begin anywhere and need no address") {
    const Session session = good("a=ice-ufrag:u\r\na=ice-pwd:p\r\nm=audio 9 RTP/AVP 0\r\na=mid:1\r\n"
                                 "a=candidate:1 1 UDP 1 192.0.2.1 5 typ host\r\n",
                                 true);
    REQUIRE(session.sections.size() == 1);
    CHECK(session.sections[0].ice.ufrag == "u");
    CHECK(session.sections[0].ice.candidates.size() == 1);
    CHECK(good("", true).sections.empty());
    CHECK(good(head + audio, true).sections.size() == 1);
    CHECK_FALSE(parse("hello", true));
}

TEST_CASE("a fragment without m= lines has its sections by mid") {
    const Session session = good("a=ice-ufrag:u\r\na=mid:0\r\na=candidate:1 1 UDP 1 192.0.2.1 5 typ host\r\n"
                                 "a=mid:1\r\na=candidate:1 1 UDP 1 192.0.2.1 6 typ host\r\n",
                                 true);
    REQUIRE(session.sections.size() == 2);
    CHECK(session.sections[1].mid == "1");
    CHECK(session.sections[1].ice.candidates[0].endpoint.port == 6);
    CHECK(session.sections[1].ice.ufrag == "u");
    const Session lone = good("a=candidate:1 1 UDP 1 192.0.2.1 5 typ host\r\n", true);
    REQUIRE(lone.sections.size() == 1);
    CHECK(lone.sections[0].type.empty());
}

TEST_CASE("sizes are limited") {
    std::string many = head;
    for (std::size_t i = 0; i < budget::sections.most; ++i)
        many += audio;
    CHECK(good(many).sections.size() == budget::sections.most);
    CHECK(reason(many + audio) == "Too much: 257 sections of the SDP, at most 256");
    std::string section = "m=audio 5004 RTP/AVP", bodies = head;
    for (int number = 0; number < 128; ++number)
        section += " " + std::to_string(number);
    for (std::size_t codecs = 0; codecs < budget::codecs.most; codecs += 128)
        bodies += section + "\r\n";
    CHECK(good(bodies).sections.size() == budget::codecs.most / 128);
    CHECK(reason(bodies + audio) == "Too much: 4097 codecs of the SDP, at most 4096");
    CHECK(reason(head + std::string(max_body, 'x')) == malformed);
}

TEST_CASE("what sections take over from their session is limited, for all of them together") {
    const std::string extension = "a=extmap:1 " + std::string(1000, 'x') + "\r\n";
    const auto with = [&](int sections, const std::string& own) {
        std::string text = head + extension;
        while (sections-- > 0)
            text += audio + own;
        return text;
    };
    CHECK(good(with(100, "")).sections[99].extensions.size() == 1);
    CHECK(reason(with(200, "")).ends_with("take over from their session, at most 131072"));
    CHECK(good(with(200, "a=extmap:2 y\r\n")).sections.size() == 200); // they have their own
    CHECK(reason(with(100, "") + with(100, "")).ends_with("take over from their session, at most 131072"));
}

TEST_CASE("the worst bodies of full size are read in no time") {
    const auto start = std::chrono::steady_clock::now();
    const auto fill = [](std::string text, const std::string& line) {
        while (text.size() + line.size() <= max_body)
            text += line;
        return text;
    };
    std::string extensions = head, formats;
    for (int i = 1; i < 256; ++i)
        extensions += "a=extmap:" + std::to_string(i) + " " + std::string(200, 'x') + "\r\n";
    for (int i = 0; i < 128; ++i)
        formats += " " + std::to_string(i);
    extensions += audio;
    for (const std::string& text :
         {fill(head + audio, "a=rtpmap:0 x/1\r\n"), fill(head + "m=audio 5 RTP/AVP", " 0"),
          fill(head + audio, "a=\r\n"), extensions,
          fill(head + "m=audio 5 RTP/AVP" + formats + "\r\n", "a=fmtp:127 x\r\n"),
          fill(head + audio, "a=extmap:255 x\r\n"), fill(head + audio, "b=AS:1\r\n"),
          fill(head + audio, "a=candidate:1 1 UDP 1 192.0.2.1 5 typ host\r\n"), fill(head, "v=0\r\n"),
          fill(head + "a=ice-options:", " x"), fill(head, "a=group:x\r\n")})
        CHECK(parse(text).operator bool());
    CHECK(std::chrono::steady_clock::now() - start <
          std::chrono::seconds(10)); // seconds even with sanitizers
}
