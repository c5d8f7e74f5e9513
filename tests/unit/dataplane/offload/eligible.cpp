// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/eligible.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::offload;
using state::Path;

namespace {

Endpoint at(const char* text) {
    return Endpoint::parse(text).value();
}

// A settled stream with one exit.
struct Settled {
    Settled() {
        rule.component = flow::Component::rtp;
        learned.confirmed = learned.received = true;
        learned.remote = learned.source = at("198.51.100.1:4000");
    }
    std::variant<Rule, Path> judge() const {
        return eligible({{5, at("192.0.2.1:30000")}, rule, learned, loop_check, srtp, edited, exits, echo, secures});
    }
    Rule accepted() const {
        const auto found = judge();
        REQUIRE(std::holds_alternative<Rule>(found));
        return std::get<Rule>(found);
    }
    Path refused() const {
        const auto found = judge();
        return std::holds_alternative<Path>(found) ? std::get<Path>(found) : Path::kernel;
    }

    flow::Rule rule;
    flow::Learned learned;
    bool loop_check = false, srtp = false, edited = false, secures = false;
    std::vector<Exit> exits = {
        {6, at("192.0.2.2:30002"), flow::Component::rtp, 184, at("198.51.100.2:6000"), Path::kernel}};
    Exit echo{5, at("192.0.2.1:30000"), flow::Component::any, 0, at("198.51.100.1:4000"), Path::kernel};
};

} // namespace

TEST_CASE("the rule of a plain stream") {
    const auto rule = Settled().accepted();
    CHECK(rule.key.id == 5);
    CHECK(rule.mismatch == Mismatch::forward);
    CHECK_FALSE(rule.source.known());
    CHECK_FALSE(rule.blackhole);
    REQUIRE(rule.destinations.size() == 1);
    const auto& to = rule.destinations[0];
    CHECK(to.stream == 6);
    CHECK(to.rtp);
    CHECK_FALSE(to.rtcp);
    CHECK_FALSE(to.other);
    CHECK(to.tos == 184);
}

namespace {

offload::Side side(std::uint64_t fingerprint) { return {fingerprint, std::make_shared<srtp::Parameters>()}; }

} // namespace

TEST_CASE("a secured stream: RTP by the rule, all RTCP is left to userspace") {
    Settled s;
    s.srtp = s.secures = true;
    s.rule.component = flow::Component::muxed;
    s.exits[0].takes = flow::Component::muxed;
    s.exits[0].send = side(7);
    const auto rule = s.accepted();
    CHECK(rule.is_secured());
    REQUIRE(rule.destinations.size() == 1);
    CHECK(rule.destinations[0].rtp);
    CHECK_FALSE(rule.destinations[0].rtcp);
    CHECK(rule.destinations[0].send == side(7)); // the same keys, wherever they lie
    CHECK_FALSE(rule.destinations[0].send == side(8));
    const auto why = [&](auto change) {
        auto changed = s;
        change(changed);
        return changed.refused();
    };
    CHECK(why([](auto& s) { s.secures = false; }) == Path::srtp);
    CHECK(why([](auto& s) { s.rule.component = flow::Component::rtcp; }) == Path::srtp);
    CHECK(why([](auto& s) { s.rule.component = flow::Component::any; }) == Path::srtp);
    CHECK(why([](auto& s) { s.rule.rtp_not_forwarded = true; }) == Path::srtp);
    CHECK(why([](auto& s) { s.rule.echo = flow::Echo::reflect; }) == Path::srtp);
    CHECK(why([](auto& s) { s.exits[0].takes = flow::Component::rtcp; }) == Path::no_destination);
    CHECK(why([](auto& s) { s.exits[0].send = {}; }) == Path::srtp); // only its RTCP is protected
}

TEST_CASE("nothing leaves by a silent exit") {
    Settled s;
    s.exits[0].silent = true;
    CHECK(s.refused() == Path::no_destination);
    s.exits.push_back({8, s.exits[0].from, flow::Component::rtp, 0, s.exits[0].to, Path::kernel});
    const auto rule = s.accepted();
    REQUIRE(rule.destinations.size() == 1);
    CHECK(rule.destinations[0].stream == 8);
}

TEST_CASE("what keeps a stream in userspace, and why") {
    const auto why = [](auto change) {
        Settled s;
        change(s);
        return s.refused();
    };
    CHECK(why([](auto& s) { s.learned.received = false; }) == Path::no_packets);
    CHECK(why([](auto& s) { s.learned.confirmed = false; }) == Path::learning);
    CHECK(why([](auto& s) { s.rule.drop = true; }) == Path::dropped);
    CHECK(why([](auto& s) { s.loop_check = true; }) == Path::loop_check);
    CHECK(why([](auto& s) { s.srtp = true; }) == Path::srtp);
    CHECK(why([](auto& s) { s.edited = true; }) == Path::edited);
    CHECK(why([](auto& s) { s.exits.clear(); }) == Path::no_destination);
    CHECK(why([](auto& s) { s.exits[0].takes = flow::Component::rtcp; }) == Path::no_destination);
    CHECK(why([](auto& s) { s.exits[0].to = at("[2001:db8::1]:6000"); }) == Path::family);
    for (const auto missing : {Path::no_destination, Path::held, Path::nat_wait})
        CHECK(why([&](auto& s) { s.exits[0].missing = missing; }) == missing);
    CHECK(why([](auto& s) { // one of several
              s.exits.push_back(s.exits[0]);
              s.exits[1].missing = Path::held;
          }) == Path::held);
    CHECK(why([](auto& s) {
              s.rule.strict_source = true;
              s.learned.remote = {};
          }) == Path::learning);
}

TEST_CASE("the source check is that of userspace") {
    Settled s;
    s.rule.strict_source = true;
    CHECK(s.accepted().mismatch == Mismatch::refuse);
    CHECK(s.accepted().source == s.learned.remote);
    s.rule.asymmetric = true;
    s.learned.remote = at("198.51.100.9:9");
    CHECK(s.accepted().source == s.learned.source);
    s.rule.learning = flow::Learning::off; // nothing but SDP counts
    CHECK(s.accepted().source == s.learned.remote);
    s.rule.media_handover = true;
    CHECK(s.accepted().mismatch == Mismatch::to_userspace);
}

TEST_CASE("learning that is off needs no confirmation") {
    Settled s;
    s.rule.learning = flow::Learning::off;
    s.learned.confirmed = false;
    CHECK(s.refused() == Path::kernel);
}

TEST_CASE("which destinations take what") {
    Settled s;
    s.exits.push_back(
        {7, at("192.0.2.2:30003"), flow::Component::rtcp, 0, at("198.51.100.2:6001"), Path::kernel});
    CHECK(s.accepted().destinations.size() == 1); // the port has no RTCP
    s.rule.component = flow::Component::muxed;
    auto rule = s.accepted();
    REQUIRE(rule.destinations.size() == 2);
    CHECK((rule.destinations[0].rtp && !rule.destinations[0].rtcp));
    CHECK((rule.destinations[1].rtcp && !rule.destinations[1].rtp));
    s.rule.component = flow::Component::rtcp;
    rule = s.accepted();
    REQUIRE(rule.destinations.size() == 1);
    CHECK(rule.destinations[0].stream == 7);
    s.rule.component = flow::Component::any;
    s.exits.resize(1);
    s.exits[0].takes = flow::Component::any;
    rule = s.accepted();
    CHECK((rule.destinations[0].other && !rule.destinations[0].rtp && !rule.destinations[0].rtcp));
}

TEST_CASE("a stream with more destinations than a rule has room for stays in userspace and says so") {
    Settled s;
    s.exits.resize(offload::max_destinations, s.exits[0]);
    CHECK(s.accepted().destinations.size() == offload::max_destinations);
    s.exits.push_back(s.exits[0]);
    CHECK(s.refused() == Path::destinations);
    CHECK(state::reason(static_cast<std::uint64_t>(Path::destinations)) == "too many destinations");
}

TEST_CASE("blackhole, media echo, RTP that is not forwarded") {
    Settled s;
    s.rule.echo = flow::Echo::blackhole;
    s.exits[0].missing = Path::held; // doesn't matter then
    CHECK(s.accepted().blackhole);
    CHECK(s.accepted().destinations.empty());
    s.rule.echo = flow::Echo::reflect;
    const auto echo = s.accepted();
    REQUIRE(echo.destinations.size() == 1);
    CHECK(echo.destinations[0].stream == 5);
    CHECK(echo.destinations[0].to == s.learned.remote);

    Settled hold;
    hold.rule.rtp_not_forwarded = true;
    CHECK(hold.accepted().blackhole); // no RTCP here
    hold.rule.component = flow::Component::muxed;
    hold.exits[0].takes = flow::Component::any;
    const auto rule = hold.accepted();
    CHECK(rule.drop_rtp);
    CHECK_FALSE(rule.blackhole);
    REQUIRE(rule.destinations.size() == 1);
    CHECK((rule.destinations[0].rtcp && !rule.destinations[0].rtp));
}

TEST_CASE("every path but the kernel has a reason") {
    for (std::size_t i = 0; i < state::path_texts.size(); ++i)
        CHECK(state::path_texts[i].empty() == (i == static_cast<std::size_t>(Path::kernel)));
    CHECK(state::reason(1000).empty());
}

TEST_CASE("with ICE nothing goes to the kernel before a pair is selected, and then only the pair's packets; others' come up") {
    Settled stream;
    stream.rule.ice = true;
    stream.rule.strict_source = true; // says nothing new
    CHECK(stream.refused() == Path::learning);
    stream.learned.checked = true;
    const auto rule = stream.accepted();
    CHECK(rule.source == stream.learned.remote);
    CHECK(rule.mismatch == Mismatch::to_userspace);
}
