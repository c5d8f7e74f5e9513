// SPDX-License-Identifier: Apache-2.0
// What control holds of a call is what its successor finds, whatever changed it.
#include "control/call/each_port.h"
#include "kept_calls.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600, {}, Calls::kept) {
        set_up_call();
        internal.sent = external.sent = 7;
    }
    static ng::Dict with_sdp(ng::Dict request, const std::string& address, const std::string& more = "") {
        request.add("sdp", "v=0\r\no=- 1 1 IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address +
                               "\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n" + more);
        return request;
    }
    void exchange(std::string_view command, const ng::Dict& request) {
        CHECK(ng::text_of(wait(command, request), "result") == "ok");
        settle();
    }
    const Call& call() const { return *instance.find("call"); }
    std::uint64_t booked() const {
        std::uint64_t packets = 0;
        for (const auto& party : call().parties)
            for (const auto& media : party->medias) {
                for (const auto& [stream, former] : media->former) packets += former.out.packets;
                for_each_port(*media, [&](const PortSet&, const LocalPort& port) { packets += port.out.packets; });
            }
        return packets;
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "figures of sinks that are gone, which workers tell after a request") {
    exchange("offer", with_sdp(named("a"), "198.51.100.3", "a=inactive\r\n"));
    CHECK(booked() > 0);
    CHECK(kept_calls(keeper) == held_calls(instance, name));
}

TEST_CASE_FIXTURE(Fixture, "figures of ports that are closed with a branch, and those of the ports that stay") {
    auto second = named("a");
    second.add("via-branch", "other");
    exchange("offer", with_sdp(second, "198.51.100.1"));
    exchange("delete", [] {
        auto request = named("a");
        request.add("to-tag", "b");
        request.add("flags", ng::List{"to-tag"});
        return request;
    }());
    REQUIRE(instance.calls().size() == 1);
    CHECK(booked() > 0);
    CHECK(kept_calls(keeper) == held_calls(instance, name));
}

TEST_CASE_FIXTURE(Fixture, "figures that come when their call has ended make no record of it") {
    exchange("delete", named());
    CHECK(kept_calls(keeper).empty());
}

TEST_CASE_FIXTURE(Fixture, "what a fragment of trickle ICE changes") {
    ng::Dict later;
    later.add("call-id", "call");
    later.add("delete delay", 3600);
    wait("delete", later);
    REQUIRE(call().delete_at);
    auto fragment = named("a");
    fragment.add("to-tag", "b");
    fragment.add("sdp", "a=mid:0\r\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\r\n");
    fragment.add("flags", ng::List{"fragment"});
    fragment.add("drop-traffic", "start");
    const auto streams = external.in_use();
    exchange("offer", fragment);
    CHECK_FALSE(call().delete_at);
    CHECK(call().drop_traffic);
    CHECK(external.in_use() != streams); // workers know of it, too
    CHECK(kept_calls(keeper) == held_calls(instance, name));
}

TEST_CASE_FIXTURE(Fixture, "a fragment for a call that nobody knows leaves no record") {
    auto fragment = named("a");
    fragment.add("sdp", "a=mid:0\r\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\r\n");
    fragment.add("flags", ng::List{"fragment"});
    exchange("delete", named());
    CHECK(ng::text_of(wait("offer", fragment), "result") == "ok");
    settle();
    CHECK(instance.calls().empty());
    CHECK(kept_calls(keeper).empty());
}

TEST_CASE_FIXTURE(Fixture, "candidates that come before their party's offer are not lost") {
    auto fragment = named("early");
    fragment.add("sdp", "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 RTP/AVP 0\r\n"
                        "a=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\r\n");
    fragment.add("flags", ng::List{"fragment"});
    exchange("delete", named());
    CHECK(ng::text_of(wait("offer", fragment), "result") == "ok");
    auto offer = named("early");
    offer.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
                     "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=ice-options:trickle\r\n");
    exchange("offer", offer);
    REQUIRE(call().find_tag("early"));
    CHECK(call().find_tag("early")->medias.at(0)->connectivity.candidates.size() == 1);
    CHECK(kept_calls(keeper) == held_calls(instance, name));
}
