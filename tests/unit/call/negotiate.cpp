// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct DirectionRow {
    const char* sender; // attribute
    const char* address;
    bool send, recv; // towards the receiver, as printed to it
};

const DirectionRow direction_rows[] = {
    {"sendrecv", "198.51.100.1", true, true}, {"sendonly", "198.51.100.1", true, false},
    {"recvonly", "198.51.100.1", false, true}, {"inactive", "198.51.100.1", false, false},
    {"sendrecv", "0.0.0.0", true, false},      {"recvonly", "0.0.0.0", false, false},
};

struct MuxRow {
    bool offered;
    void (*set)(ng::Flags&);
    bool answered;        // by the callee
    bool shown_to_callee; // in the offer
    bool caller, callee;  // in effect after the answer
};

const MuxRow mux_rows[] = {
    {true, [](ng::Flags&) {}, true, true, true, true},
    {true, [](ng::Flags&) {}, false, true, false, false},
    {false, [](ng::Flags&) {}, true, false, false, false},
    {true, [](ng::Flags& f) { f.mux_demux = true; }, false, false, true, false},
    {true, [](ng::Flags& f) { f.mux_accept = true; }, false, true, true, false},
    {true, [](ng::Flags& f) { f.mux_reject = true; }, true, true, false, true},
    {false, [](ng::Flags& f) { f.mux_offer = true; }, true, true, false, true},
    {false, [](ng::Flags& f) { f.mux_require = true; }, true, true, false, true},
    {true, [](ng::Flags& f) { f.mux_demux = f.mux_offer = true; }, true, true, true, true},
};

} // namespace

TEST_CASE("directions and zero addresses pass to the other side") {
    for (const auto& row : direction_rows) {
        CAPTURE(row.sender);
        CAPTURE(row.address);
        ExchangeFixture fixture;
        const auto exchange =
            fixture.offer(body(row.address, audio(4000, std::string("a=") + row.sender + "\r\n")));
        CHECK(exchange.pairs[0].receiver->send == row.send);
        CHECK(exchange.pairs[0].receiver->recv == row.recv);
    }
}

TEST_CASE("rtcp-mux by what was offered, asked for and answered") {
    const std::string mux = "a=rtcp-mux\r\n";
    for (std::size_t i = 0; i < std::size(mux_rows); ++i) {
        CAPTURE(i);
        const auto& row = mux_rows[i];
        ExchangeFixture fixture;
        ng::Flags flags;
        row.set(flags);
        const auto offered = fixture.offer(body("198.51.100.1", audio(4000, row.offered ? mux : "")), flags);
        CHECK(offered.pairs[0].receiver->mux.asked == row.shown_to_callee);
        fixture.answer(body("192.0.2.1", audio(6000, row.answered ? mux : "")));
        CHECK(fixture.media("a").mux.active == row.caller);
        CHECK(fixture.media("b").mux.active == row.callee);
    }
}

TEST_CASE_FIXTURE(ExchangeFixture, "the caller sees the profile it offered, unless the answer may change it") {
    ng::Flags flags;
    flags.transport_protocol = "RTP/AVPF";
    offer(body("198.51.100.1", audio(4000)), flags);
    answer(body("192.0.2.1", "m=audio 6000 RTP/AVPF 0\r\n"));
    CHECK(media("b").protocol == sdp::Protocol::rtp_avpf);
    CHECK(media("a").protocol == sdp::Protocol::rtp_avp);
    ng::Flags accept;
    accept.transport_protocol = "accept";
    answer(body("192.0.2.1", "m=audio 6000 RTP/AVPF 0\r\n"), accept);
    CHECK(media("a").protocol == sdp::Protocol::rtp_avpf);
}

TEST_CASE_FIXTURE(ExchangeFixture, "the signalled endpoint has a new epoch only when it changes") {
    offer(body("198.51.100.1", audio(4000)));
    const auto epoch = media("a").rtp.epoch;
    const auto again = offer(body("198.51.100.1", audio(4000)));
    CHECK(again.sender->medias[0]->rtp.epoch == epoch);
    offer(body("198.51.100.1", audio(4002)));
    CHECK(media("a").rtp.epoch == epoch + 1);
}

TEST_CASE_FIXTURE(ExchangeFixture, "the source of the SIP message stands in for the address when it is trusted more") {
    ng::Flags flags;
    flags.sip_source_address = true;
    flags.received_from = Address::parse("203.0.113.77");
    offer(body("198.51.100.1", audio(4000)), flags);
    CHECK(media("a").rtp.signalled.str() == "203.0.113.77:4000");
    CHECK(media("a").rtcp.signalled.str() == "203.0.113.77:4001");
}

TEST_CASE_FIXTURE(ExchangeFixture, "passthrough is entered by ICE=optional and left by an answer without ICE") {
    const std::string ice = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";
    ng::Flags flags;
    flags.ice = ng::IceOption::optional;
    offer(body("198.51.100.1", audio(4000)), flags);
    CHECK_FALSE(media("a").passthrough);
    const auto exchange = offer(body("198.51.100.1", audio(4000, ice)), flags);
    CHECK(media("a").passthrough);
    CHECK(exchange.receiver->medias[0]->passthrough);
    answer(body("192.0.2.1", audio(6000, ice)), flags);
    CHECK(media("b").passthrough);
    answer(body("192.0.2.1", audio(6000)), flags);
    CHECK_FALSE(media("a").passthrough);
    CHECK_FALSE(media("b").passthrough);
}

TEST_CASE_FIXTURE(ExchangeFixture, "what was said of rtcp-mux with one branch is nothing to the other") {
    const auto offered = body("198.51.100.1", audio(4000, "a=rtcp-mux\r\n"));
    ng::Flags one, two;
    one.via_branch = "one", one.mux_demux = true;
    two.via_branch = "two", two.mux_offer = true;
    offer(offered, one);
    offer(offered, two);
    ng::Flags from_one;
    from_one.via_branch = "one";
    answer(body("192.0.2.1", audio(6000)), from_one);
    CHECK(media("a").mux.active);       // demultiplexed for the caller, as the first branch's offer said
    CHECK_FALSE(media("b").mux.active);
}
