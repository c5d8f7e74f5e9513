// SPDX-License-Identifier: Apache-2.0
#include "control/call/bundle.h"

#include "control/call/number_set.h"
#include "control/call/streams.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

std::string section(const char* type, unsigned port, const std::string& formats, const std::string& more = "") {
    return "m=" + std::string(type) + " " + std::to_string(port) + " RTP/AVP " + formats + "\r\n" + more;
}

std::string bundled(const std::string& group, const std::string& sections) { return "a=group:BUNDLE " + group + "\r\n" + sections; }

const std::string both = section("audio", 4000, "0", "a=mid:a\r\na=rtcp-mux\r\n") + section("video", 4000, "96", "a=mid:v\r\na=rtcp-mux\r\n");
const std::string apart = section("audio", 6000, "0") + section("video", 6002, "96");

ng::Flags with(bool ng::BodyFlags::*flag) {
    ng::Flags flags;
    flags.*flag = true;
    if (flag == &ng::BodyFlags::bundle_require) flags.bundle_offer = true;
    return flags;
}

struct Fixture : ExchangeFixture {
    bool shares(const char* tag) { return is_carried(media(tag, 1)) && &carrier(media(tag, 1)) == &media(tag, 0); }
    std::uint64_t id(const char* tag, std::size_t index) { return media(tag, index).current->port(0)->id; }
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
    return times;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "an offer's group counts only where it is accepted") {
    offer(body("198.51.100.1", bundled("a v", both)));
    CHECK_FALSE(shares("a"));
    CHECK(described(answer(body("192.0.2.1", apart)))->find("a=group") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "accepted: the answer has one port in both, and the other side knows nothing of it") {
    const auto offered = described(offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_accept)));
    CHECK(offered->find("a=group") == std::string::npos);
    const auto answered = described(answer(body("192.0.2.1", apart)));
    CHECK(answered->find("a=group:BUNDLE a v\r\n") != std::string::npos);
    const auto port = std::to_string(media("a").current->port(0)->lease->port());
    CHECK(count(*answered, "m=audio " + port + " ") == 1);
    CHECK(count(*answered, "m=video " + port + " ") == 1);
    CHECK_FALSE(media("a", 1).current); // nothing is opened for it
}

TEST_CASE_FIXTURE(Fixture, "what comes to the port goes to whose it is; what the others send leaves by it") {
    offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_accept));
    answer(body("192.0.2.1", apart));
    const auto one = stream(media("a"), 0);
    REQUIRE(one.bundle().members_size() == 2);
    CHECK(one.bundle().members(0).mid() == "a");
    CHECK(to_set<128>(one.bundle().members(1).types()).test(96));
    REQUIRE(one.sinks_size() == 4); // RTP and RTCP of both
    CHECK(one.sinks(0).stream() == id("b", 0));
    CHECK(one.sinks(0).members() == 1);
    CHECK(one.sinks(2).stream() == id("b", 1));
    CHECK(one.sinks(2).members() == 2);
    for (const std::size_t index : {0, 1}) {
        const auto back = stream(media("b", index), 0);
        CHECK_FALSE(back.has_bundle());
        REQUIRE(back.sinks_size() > 0);
        for (const auto& sink : back.sinks()) CHECK(carrier(media("a", index)).current->port(sink.takes() == link::RTCP)->id == sink.stream());
    }
}

TEST_CASE_FIXTURE(Fixture, "one of them on hold or blocked: the other goes on") {
    const auto held = section("audio", 4000, "0", "a=mid:a\r\na=recvonly\r\n") + section("video", 4000, "96", "a=mid:v\r\n");
    offer(body("198.51.100.1", bundled("a v", held)), with(&ng::BodyFlags::bundle_accept));
    answer(body("192.0.2.1", section("audio", 6000, "0", "a=sendonly\r\n") + section("video", 6002, "96")));
    const auto rtp_to = [&] {
        std::vector<std::uint64_t> all;
        const auto made = stream(media("a"), 0);
        for (const auto& sink : made.sinks())
            if (sink.takes() == link::RTP) all.push_back(sink.stream());
        return all;
    };
    CHECK(rtp_to() == std::vector{id("b", 1)});
    CHECK_FALSE(stream(media("a"), 0).rtp_not_forwarded());
    media("a", 1).blocked = true;
    CHECK(rtp_to().empty());
}

TEST_CASE_FIXTURE(Fixture, "both sides bundled: one sink, and nothing is told apart") {
    auto flags = with(&ng::BodyFlags::bundle_accept);
    flags.bundle_offer = true;
    offer(body("198.51.100.1", bundled("a v", both)), flags);
    CHECK_FALSE(is_carried(*call->parties[1]->medias[1])); // before it has said so
    answer(body("192.0.2.1", bundled("a v", both)));
    CHECK(shares("a"));
    CHECK(shares("b"));
    const auto one = stream(media("a"), 0);
    CHECK_FALSE(one.has_bundle());
    REQUIRE(one.sinks_size() == 2);
    CHECK(one.sinks(0).members() == 0);
    media("a", 1).silenced = true; // VP8 has no silence that we know
    CHECK(stream(media("a"), 0).SerializeAsString() == one.SerializeAsString());
    media("a", 0).silenced = true;
    CHECK(stream(media("a"), 0).sinks(0).edit().silence_size() == 1);
    media("a", 1).blocked = true; // its types are dropped, no others
    const auto dropped = stream(media("a"), 0);
    CHECK_FALSE(to_set<128>(dropped.sinks(0).edit().dropped_types()).test(0));
}

TEST_CASE_FIXTURE(Fixture, "offered: mids, the extension and a port each; declined, nothing comes of it") {
    const auto offered = described(offer(body("198.51.100.1", apart), with(&ng::BodyFlags::bundle_offer)));
    CHECK(offered->find("a=group:BUNDLE 1 2\r\n") != std::string::npos);
    CHECK(count(*offered, "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n") == 2);
    CHECK(count(*offered, "a=bundle-only") == 0);
    CHECK(described(answer(body("192.0.2.1", apart)))->find("a=mid") == std::string::npos);
    CHECK_FALSE(shares("b"));
}

TEST_CASE_FIXTURE(Fixture, "offered and taken: a group that the answer has, not one that it invents") {
    offer(body("198.51.100.1", apart), with(&ng::BodyFlags::bundle_offer));
    const auto sections = section("audio", 5000, "0", "a=mid:1\r\n") + section("video", 5000, "96", "a=mid:2\r\n");
    answer(body("192.0.2.1", bundled("1 2", sections)));
    CHECK(shares("b"));
    Fixture other;
    other.offer(body("198.51.100.1", apart));
    other.answer(body("192.0.2.1", bundled("1 2", sections)));
    CHECK_FALSE(other.shares("b"));
}

TEST_CASE_FIXTURE(Fixture, "required: one port for all, and zero where it is strict") {
    auto flags = with(&ng::BodyFlags::bundle_require);
    const auto offered = described(offer(body("198.51.100.1", apart), flags));
    const auto port = std::to_string(call->parties[1]->medias[0]->current->port(0)->lease->port());
    CHECK(count(*offered, "m=video " + port + " ") == 1);
    CHECK(count(*offered, "a=bundle-only\r\n") == 1);
    flags.bundle_strict = true;
    CHECK(count(*described(offer(body("198.51.100.1", apart), flags)), "m=video 0 ") == 1);
    answer(body("192.0.2.1", apart)); // it knows no bundles: it gets ports of its own
    CHECK_FALSE(shares("b"));
    CHECK(media("b", 1).current);
}

TEST_CASE_FIXTURE(Fixture, "who can't be told apart isn't bundled, unless a mid says it") {
    const auto pair_of = [](const std::string& more) {
        return section("audio", 4000, "0", "a=mid:a\r\n" + more) + section("audio", 4000, "0", "a=mid:b\r\n" + more);
    };
    offer(body("198.51.100.1", bundled("a b", pair_of(""))), with(&ng::BodyFlags::bundle_accept));
    CHECK_FALSE(shares("a"));
    offer(body("198.51.100.1", bundled("a b", pair_of("a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"))), with(&ng::BodyFlags::bundle_accept));
    CHECK(shares("a"));
}

TEST_CASE_FIXTURE(Fixture, "groups that are none, and sections that can't join") {
    for (const char* group : {"", "x y", "a a", "a"}) {
        offer(body("198.51.100.1", bundled(group, both)), with(&ng::BodyFlags::bundle_accept));
        CHECK_MESSAGE(!shares("a"), group);
    }
    offer(body("198.51.100.1", "a=group:LS a v\r\n" + both), with(&ng::BodyFlags::bundle_accept));
    CHECK_FALSE(shares("a"));
    const auto more_ports = section("audio", 4000, "0", "a=mid:a\r\n") + section("video", 4000, "96", "a=mid:v\r\n").replace(12, 0, "/2");
    offer(body("198.51.100.1", bundled("a v", more_ports)), with(&ng::BodyFlags::bundle_accept));
    CHECK_FALSE(shares("a"));
    const auto rejected = section("audio", 4000, "0", "a=mid:a\r\n") + section("video", 0, "96", "a=mid:v\r\n");
    offer(body("198.51.100.1", bundled("a v", rejected)), with(&ng::BodyFlags::bundle_accept));
    CHECK_FALSE(shares("a"));
}

TEST_CASE_FIXTURE(Fixture, "a head that is refused is followed by the next") {
    offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_accept));
    const auto answered = described(answer(body("192.0.2.1", section("audio", 0, "0") + section("video", 6002, "96"))));
    CHECK(answered->find("a=group:BUNDLE v\r\n") != std::string::npos);
    CHECK(media("a", 1).current);
}

TEST_CASE_FIXTURE(Fixture, "a data channel stays out: its DTLS and ICE are the parties' own") {
    const std::string channel = "m=application 4000 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n", voice = section("audio", 4000, "0", "a=mid:a\r\n");
    for (const auto& [group, sections] : {std::pair{"a d", voice + channel}, std::pair{"d a", channel + voice}}) {
        Fixture fresh;
        fresh.offer(body("198.51.100.1", bundled(group, sections)), with(&ng::BodyFlags::bundle_accept));
        for (const std::size_t index : {0, 1}) CHECK_FALSE(is_carried(fresh.media("a", index)));
    }
}

TEST_CASE_FIXTURE(Fixture, "kept by an offer that says nothing of it; refused by word, its ports stay shared and nobody is told so") {
    offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_accept));
    answer(body("192.0.2.1", apart));
    const auto port = std::to_string(media("a").current->port(0)->lease->port());
    const auto answered = [&] { return *described(answer(body("192.0.2.1", apart))); };
    const auto quiet = [&](const std::string& text) { return count(text, "a=group") == 0 && count(text, " " + port + " RTP") == 2; };
    offer(body("198.51.100.1", bundled("a v", both)));
    CHECK(count(answered(), "a=group:BUNDLE a v\r\n") == 1);
    offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_reject));
    CHECK(quiet(answered()));
    offer(body("198.51.100.1", bundled("a v", both)));
    CHECK(quiet(answered()));
    offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_accept));
    CHECK(count(answered(), "a=group:BUNDLE a v\r\n") == 1);
}

TEST_CASE_FIXTURE(Fixture, "refused at once there is no bundle") {
    offer(body("198.51.100.1", bundled("a v", both)), with(&ng::BodyFlags::bundle_reject));
    CHECK_FALSE(shares("a"));
}
