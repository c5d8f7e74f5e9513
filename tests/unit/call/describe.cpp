// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture : ExchangeFixture {
    std::string write(Exchange exchange) {
        const auto body = described(exchange, "0123456789ab");
        REQUIRE(body);
        return *body;
    }
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string version(const std::string& text) {
    const auto start = text.find("o=- 1 ") + 6;
    return text.substr(start, text.find(' ', start) - start);
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "our address and port take the place of the sender's") {
    const auto exchange = offer(body("198.51.100.1", audio(4000)));
    const auto port = std::to_string(exchange.pairs[0].receiver->current->port(0)->lease->port());
    const auto text = write(exchange);
    CHECK(contains(text, "m=audio " + port + " RTP/AVP 0 8\r\nc=IN IP4 203.0.113.1\r\n"));
    CHECK(contains(text, "a=sendrecv\r\na=rtcp:"));
    CHECK_FALSE(contains(text, "198.51.100.1\r\nt="));
}

TEST_CASE_FIXTURE(Fixture, "a version of our own counts only what changed") {
    ng::Flags flags;
    flags.replace_sdp_version = true;
    CHECK(version(write(offer(body("198.51.100.1", audio(4000)), flags))) == "1");
    CHECK(version(write(offer(body("198.51.100.1", audio(4000)), flags))) == "1");
    CHECK(version(write(offer(body("198.51.100.1", audio(4000, "a=sendonly\r\n")), flags))) == "2");
    CHECK(version(write(offer(body("198.51.100.1", audio(4000, "a=sendonly\r\n")), flags))) == "2");
}

TEST_CASE_FIXTURE(Fixture, "nothing usable gives no body") {
    auto exchange = offer(body("198.51.100.1", audio(0)));
    CHECK(*described(exchange) == "");
}

TEST_CASE_FIXTURE(Fixture, "a zero address stays one unless it is to be replaced") {
    CHECK(contains(write(offer(body("0.0.0.0", audio(4000)))), "c=IN IP4 0.0.0.0\r\n"));
    ng::Flags flags;
    flags.replace_zero_address = true;
    CHECK(contains(write(offer(body("0.0.0.0", audio(4000)), flags)), "c=IN IP4 203.0.113.1\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "in passthrough we are one more candidate of the sender, and a late one") {
    const std::string ice = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
                            "a=candidate:1 1 UDP 2130706431 198.51.100.1 4000 typ host\r\n";
    ng::Flags flags;
    flags.ice = ng::IceOption::optional;
    const auto text = write(offer(body("198.51.100.1", audio(4000, ice)), flags));
    CHECK(contains(text, "m=audio 4000 RTP/AVP 0 8\r\n"));
    CHECK(contains(text, "a=ice-ufrag:abcd\r\n"));
    CHECK(contains(text, " 1 UDP 2130706431 198.51.100.1 4000 typ host\r\n"));
    CHECK(contains(text, " 203.0.113.1 "));
    CHECK(text.find(" 203.0.113.1 ") > text.find("198.51.100.1 4000 typ"));
}

TEST_CASE_FIXTURE(Fixture, "MSRP keeps the sender's address") {
    const auto text = write(offer(body("198.51.100.1", "m=message 2855 TCP/MSRP *\r\na=path:msrp://x\r\n")));
    CHECK(contains(text, "m=message 2855 TCP/MSRP *\r\nc=IN IP4 198.51.100.1\r\n"));
    CHECK(contains(text, "a=path:msrp://x\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "a data channel's ICE is the parties' own, and we are one more candidate of either") {
    const std::string ice = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=candidate:1 1 udp 2122260223 198.51.100.1 4000 typ host\r\n";
    const std::string channel = "m=application 4000 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    ng::Flags flags;
    SUBCASE("asked for") { flags.ice = ng::IceOption::force; }
    SUBCASE("as the offerer has it") {}
    const auto text = write(offer(body("198.51.100.1", channel + ice + "a=end-of-candidates\r\n"), flags));
    const auto& callee = *call->parties.at(1)->medias.at(0);
    CHECK(contains(text, ice + "a=candidate:" + callee.current->ports[0][0].local->foundation + " 1 UDP 2130706431 203.0.113.1 "));
    CHECK(text.ends_with("typ host\r\na=end-of-candidates\r\n"));
    CHECK(callee.current->ports.size() == 2);
    answer(body("192.0.2.1", "m=application 6000 UDP/DTLS/SCTP webrtc-datachannel\r\na=ice-ufrag:efgh\r\na=ice-pwd:0123456789012345678902\r\n"));
    for (const char* tag : {"a", "b"}) {
        const auto rule = stream(media(tag), 0);
        CHECK_FALSE(rule.has_ice());
        CHECK(rule.sinks_size() > 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "without ICE of its own a data channel is given no candidates") {
    ng::Flags flags;
    flags.ice = ng::IceOption::force;
    CHECK_FALSE(contains(write(offer(body("198.51.100.1", "m=application 4000 UDP/DTLS/SCTP webrtc-datachannel\r\n"), flags)), "a=candidate"));
}

TEST_CASE_FIXTURE(Fixture, "who refuses in another profile says numbers of that one: the offerer sees its own") {
    const auto offered = [](const std::string& profile) { return audio(4000) + "m=video 4002 " + profile + " 96 97\r\n"; };
    const auto refused = audio(6000) + "m=video 0 RTP/AVP 96\r\n";
    offer(body("198.51.100.1", offered("RTP/AVP")));
    CHECK(contains(write(answer(body("192.0.2.1", refused))), "m=video 0 RTP/AVP 96\r\n"));
    Fixture other;
    ng::Flags flags;
    flags.transport_protocol = "RTP/AVP";
    other.offer(body("198.51.100.1", offered("RTP/AVPF")), flags);
    CHECK(contains(other.write(other.answer(body("192.0.2.1", refused))), "m=video 0 RTP/AVPF 96 97\r\n"));
}
