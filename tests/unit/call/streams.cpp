// SPDX-License-Identifier: Apache-2.0
#include "control/call/streams.h"

#include "control/call/number_set.h"

#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

using Fixture = ExchangeFixture;

std::uint64_t id(const Media& media, unsigned number) { return media.current->port(number)->id; }

} // namespace

TEST_CASE_FIXTURE(Fixture, "RTP goes to the other side's RTP port, RTCP to its RTCP port") {
    offer(body("198.51.100.1", audio(4000)));
    answer(body("192.0.2.1", audio(6000)));
    const auto rtp = stream(media("a"), 0), rtcp = stream(media("a"), 1);
    REQUIRE(rtp.sinks_size() == 1);
    CHECK(rtp.component() == link::RTP);
    CHECK(rtp.sinks(0).stream() == id(media("b"), 0));
    CHECK(rtp.sinks(0).takes() == link::RTP);
    REQUIRE(rtcp.sinks_size() == 1);
    CHECK(rtcp.sinks(0).stream() == id(media("b"), 1));
    CHECK(rtcp.sinks(0).takes() == link::RTCP);
}

TEST_CASE_FIXTURE(Fixture, "a multiplexed side feeds both ports of the other, which answers into the one") {
    ng::Flags flags;
    flags.mux_demux = true;
    offer(body("198.51.100.1", audio(4000, "a=rtcp-mux\r\n")), flags);
    answer(body("192.0.2.1", audio(6000)));
    const auto muxed = stream(media("a"), 0);
    CHECK(muxed.component() == link::MUXED);
    REQUIRE(muxed.sinks_size() == 2);
    CHECK(muxed.sinks(0).stream() == id(media("b"), 0));
    CHECK(muxed.sinks(1).stream() == id(media("b"), 1));
    CHECK(stream(media("b"), 1).sinks(0).stream() == id(media("a"), 0));
}

TEST_CASE_FIXTURE(Fixture, "a receiver gets the components that it is subscribed to, and a blocked one RTCP alone") {
    offer(body("198.51.100.1", audio(4000)));
    answer(body("192.0.2.1", audio(6000)));
    auto& subscription = media("b").subscriptions.at(0);
    const auto sinks = [&] { return std::pair{stream(media("a"), 0).sinks_size(), stream(media("a"), 1).sinks_size()}; };
    CHECK(sinks() == std::pair{1, 1});
    subscription.rtcp = false;
    CHECK(sinks() == std::pair{1, 0});
    subscription.blocked = true;
    CHECK(sinks() == std::pair{0, 0});
    subscription = {.source = subscription.source, .blocked = true};
    CHECK(sinks() == std::pair{0, 1});
    subscription = {.source = subscription.source, .rtp = false};
    CHECK(sinks() == std::pair{0, 1});
    CHECK(stream(media("b"), 0).sinks_size() == 1); // the other direction is another one
}

TEST_CASE_FIXTURE(Fixture, "one media goes to any number of receivers") {
    offer(body("198.51.100.1", audio(4000)));
    answer(body("192.0.2.1", audio(6000)));
    const auto& exit = media("b");
    for (unsigned i = 0; i < 300; ++i) {
        auto& party = call->add_party("listener" + std::to_string(i), "", BootTime{});
        auto made = std::make_unique<Media>();
        static_cast<MediaFacts&>(*made) = exit;
        made->party = &party;
        made->sets.push_back(std::make_unique<PortSet>(*exit.current));
        made->current = made->sets.back().get();
        subscribe(*made, {&media("a")});
        party.medias.push_back(std::move(made));
    }
    CHECK(stream(media("a"), 0).sinks_size() == 301);
    unlink(media("a"), *call);
    CHECK(stream(media("a"), 0).sinks_size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a party on hold gets no RTP, but RTCP") {
    offer(body("198.51.100.1", audio(4000)));
    answer(body("192.0.2.1", audio(6000)));
    offer(body("198.51.100.1", audio(4000, "a=sendonly\r\n")));
    answer(body("192.0.2.1", audio(6000, "a=recvonly\r\n")));
    const auto held = stream(media("b"), 0);
    CHECK(held.sinks_size() == 0);
    CHECK(held.rtp_not_forwarded());
    CHECK(stream(media("b"), 1).sinks_size() == 1);
    CHECK(stream(media("a"), 0).sinks_size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "nothing is sent to a zero address") {
    offer(body("198.51.100.1", audio(4000)));
    answer(body("192.0.2.1", audio(6000)));
    offer(body("0.0.0.0", audio(4000)));
    CHECK(stream(media("b"), 0).sinks_size() == 0);
    CHECK(stream(media("b"), 1).sinks_size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "other transports are relayed whole") {
    offer(body("198.51.100.1", "m=image 4000 udptl t38\r\n"));
    answer(body("192.0.2.1", "m=image 6000 udptl t38\r\n"));
    const auto fax = stream(media("a"), 0);
    CHECK(fax.component() == link::ANY);
    REQUIRE(fax.sinks_size() == 1);
    CHECK(fax.sinks(0).takes() == link::ANY);
    CHECK(stream(media("a"), 1).component() == link::ANY);
}

TEST_CASE_FIXTURE(Fixture, "blocked media lets telephone events through; silence is made of codecs that have one") {
    const auto with_events = audio(4000, "a=rtpmap:8 G729a/8000\r\n").replace(24, 0, " 101") + "a=rtpmap:101 telephone-event/8000\r\n";
    offer(body("198.51.100.1", with_events));
    answer(body("192.0.2.1", with_events));
    call->blocked = true;
    const auto dropped = to_set<128>(stream(media("a"), 0).sinks(0).edit().dropped_types());
    CHECK_FALSE(dropped.test(101));
    CHECK(dropped.count() == 127);
    call->blocked = false;
    for (bool* state : {&call->silenced, &media("a").silenced, &media("b").subscriptions.at(0).silenced}) {
        *state = true;
        const auto edit = stream(media("a"), 0).sinks(0).edit();
        REQUIRE(edit.silence_size() == 1);
        CHECK(edit.silence(0).type() == 0);
        CHECK(edit.silence(0).octet() == 0xff);
        *state = false;
    }
    CHECK_FALSE(stream(media("a"), 0).sinks(0).has_edit());
}

TEST_CASE_FIXTURE(Fixture, "feedback stays with those who know it, unless RTP comes to the same port") {
    const auto avpf = [](const std::string& more) { return "m=audio 4000 RTP/AVPF 0 8\r\n" + more; };
    ng::Flags plain;
    plain.transport_protocol = "RTP/AVP";
    offer(body("198.51.100.1", avpf("")), plain);
    answer(body("192.0.2.1", audio(6000)));
    CHECK(stream(media("a"), 1).sinks(0).edit().no_feedback());
    CHECK_FALSE(stream(media("b"), 1).sinks(0).has_edit());
    offer(body("198.51.100.1", avpf("")));
    answer(body("192.0.2.1", "m=audio 6000 RTP/AVPF 0 8\r\n"));
    CHECK_FALSE(stream(media("a"), 1).sinks(0).has_edit());
    plain.mux_demux = true;
    offer(body("198.51.100.1", avpf("a=rtcp-mux\r\n")), plain);
    answer(body("192.0.2.1", audio(6000)));
    const auto muxed = stream(media("a"), 0);
    for (const auto& sink : muxed.sinks()) CHECK_FALSE(sink.has_edit());
}
