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
