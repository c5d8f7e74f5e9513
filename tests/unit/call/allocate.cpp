// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

unsigned rtp_port(const Media& media) { return media.current->port(0)->lease->port(); }

struct Answered : ExchangeFixture {
    Answered() {
        offer(body("198.51.100.1", audio(4000)));
        answer(body("192.0.2.1", audio(6000)));
    }
};

} // namespace

TEST_CASE_FIXTURE(Answered, "pairs on both sides, RTP even") {
    for (const auto* tag : {"a", "b"}) {
        CHECK(rtp_port(media(tag)) % 2 == 0);
        CHECK(media(tag).current->port(1)->lease->port() == rtp_port(media(tag)) + 1u);
    }
    CHECK(media("a").current->port(0)->local->pool.used() == 4);
}

TEST_CASE_FIXTURE(Answered, "a port stays while the other side's endpoint stays, and comes back with it") {
    const auto before = rtp_port(media("b"));
    offer(body("198.51.100.1", audio(4000)));
    CHECK(rtp_port(media("b")) == before);
    offer(body("198.51.100.1", audio(4002)));
    CHECK(rtp_port(media("b")) != before);
    offer(body("198.51.100.1", audio(4000)));
    CHECK(rtp_port(media("b")) == before);
}

TEST_CASE_FIXTURE(Answered, "port-latching keeps the port when the endpoint moves") {
    const auto before = rtp_port(media("b"));
    ng::Flags flags;
    flags.port_latching = true;
    offer(body("198.51.100.1", audio(4002)), flags);
    CHECK(rtp_port(media("b")) == before);
}

TEST_CASE_FIXTURE(Answered, "hold by zero address keeps the port") {
    const auto before = rtp_port(media("b"));
    offer(body("0.0.0.0", audio(4000)));
    CHECK(rtp_port(media("b")) == before);
}

TEST_CASE_FIXTURE(Answered, "a new port starts where the old one had learned") {
    offer(body("198.51.100.1", audio(4002)));
    REQUIRE(media("b").current->port(0)->predecessor);
    CHECK(media("b").current->port(0)->predecessor->id == media("b").sets.front()->port(0)->id);
}

TEST_CASE_FIXTURE(Answered, "a rejected section has no ports, and the same ones when it comes back") {
    const auto before = rtp_port(media("b"));
    offer(body("198.51.100.1", audio(0)));
    CHECK(media("a").current == nullptr);
    CHECK(media("b").current == nullptr);
    offer(body("198.51.100.1", audio(4000)));
    CHECK(rtp_port(media("b")) == before);
}

TEST_CASE_FIXTURE(Answered, "a party that leaves gives its ports back") {
    release_ports(*call->find_tag("b"));
    CHECK(call->closing.size() == 2);
    call->closing.clear();
    CHECK(interfaces.all().front()->addresses.front()->pool.used() == 2);
}

TEST_CASE_FIXTURE(ExchangeFixture, "running out of ports leaks none") {
    for (int i = 0; i < 10; ++i) {
        call = std::make_shared<Call>();
        std::vector<std::shared_ptr<Call>> calls;
        do {
            call = std::make_shared<Call>();
            calls.push_back(call);
            offer(body("198.51.100.1", audio(4000)));
        } while (allocated);
        CHECK(allocated.error().message == "Ran out of ports");
        CHECK(calls.size() == 11); // 40 ports, four a call, and one too many
    }
    call.reset();
    CHECK(interfaces.all().front()->addresses.front()->pool.used() == 0);
}

TEST_CASE_FIXTURE(ExchangeFixture, "one port where multiplexing is certain") {
    ng::Flags flags;
    flags.mux_require = true;
    const auto exchange = offer(body("198.51.100.1", audio(4000)), flags);
    CHECK(exchange.pairs[0].receiver->current->ports.front().size() == 1);
    CHECK(exchange.pairs[0].sender->current->ports.front().size() == 2);
}

TEST_CASE_FIXTURE(ExchangeFixture, "with ICE every address of the interface has ports") {
    ng::Flags flags;
    flags.ice = ng::IceOption::force;
    const auto exchange = offer(body("198.51.100.1", audio(4000)), flags);
    CHECK(exchange.pairs[0].receiver->current->ports.size() == 2);
    CHECK(exchange.pairs[0].sender->current->ports.size() == 1);
}

TEST_CASE_FIXTURE(ExchangeFixture, "RTCP that was multiplexed has a port of its own again when it isn't any more, next to RTP") {
    const auto mux = audio(4000, "a=rtcp-mux\r\n");
    ng::Flags accept;
    accept.mux_accept = true;
    offer(body("198.51.100.1", mux), accept);
    answer(body("192.0.2.1", audio(6000)));
    REQUIRE(media("a").mux.active);
    CHECK_FALSE(media("a").current->port(1));
    const auto rtp = media("a").current->port(0)->lease->port();
    call->closing.clear(); // closed meanwhile
    offer(body("198.51.100.1", audio(4000)));
    answer(body("192.0.2.1", audio(6000)));
    REQUIRE(allocated);
    CHECK_FALSE(media("a").mux.active);
    REQUIRE(media("a").current->port(1));
    CHECK(media("a").current->port(0)->lease->port() == rtp);
    CHECK(media("a").current->port(1)->lease->port() == rtp + 1);
}

TEST_CASE_FIXTURE(ExchangeFixture, "RTCP gets another port when the one next to RTP is taken, and none when there is none") {
    ng::Flags accept;
    accept.mux_accept = true;
    offer(body("198.51.100.1", audio(4000, "a=rtcp-mux\r\n")), accept);
    answer(body("192.0.2.1", audio(6000)));
    auto& rtp = *media("a").current->port(0)->lease;
    call->closing.clear();
    REQUIRE(rtp.pool().take_this(static_cast<std::uint16_t>(rtp.port() + 1)));
    offer(body("198.51.100.1", audio(4000)));
    REQUIRE(allocated);
    REQUIRE(media("a").current->port(1));
    CHECK(media("a").current->port(1)->lease->port() != rtp.port() + 1);
    offer(body("198.51.100.1", audio(4000, "a=rtcp-mux\r\n")), accept);
    answer(body("192.0.2.1", audio(6000)));
    call->closing.clear();
    while (rtp.pool().take(1)) {}
    offer(body("198.51.100.1", audio(4000)));
    REQUIRE_FALSE(allocated);
    CHECK(allocated.error().message == "Ran out of ports");
}

namespace {

// "out", and "loop" with the address that the host's routes take towards itself.
struct TwoInterfaces : ExchangeFixture {
    TwoInterfaces() : ExchangeFixture(with_loopback()) {}
    static link::InstanceConfig with_loopback() {
        auto config = make_config();
        config.mutable_interfaces(0)->set_name("out");
        auto& interface = *config.add_interfaces();
        interface.set_name("loop");
        auto& local = *interface.add_addresses();
        local.set_address(std::string(Address::parse("127.0.0.1")->raw()));
        local.set_port_min(30000);
        local.set_port_max(30039);
        return config;
    }
    std::string side(unsigned party) { return call->parties.at(party)->interface->name; }
};

} // namespace

TEST_CASE_FIXTURE(TwoInterfaces, "the interface towards either side may be the one that leads to a peer") {
    ng::Flags flags;
    flags.direction = {"out", "out"};
    std::string sender = "out", receiver = "out";
    SUBCASE("none") {}
    SUBCASE("inbound") { flags.inbound_peer = Address::parse("127.0.0.1"), sender = "loop"; }
    SUBCASE("outbound") { flags.outbound_peer = Address::parse("127.0.0.1"), receiver = "loop"; }
    SUBCASE("on no way of ours") { flags.outbound_peer = Address::parse("255.255.255.255"); }
    offer(body("198.51.100.1", audio(4000)), flags);
    CHECK(side(0) == sender);
    CHECK(side(1) == receiver);
    answer(body("192.0.2.1", audio(6000)), flags); // it means nothing there
    CHECK(side(0) == sender);
}
