// SPDX-License-Identifier: Apache-2.0
#include "control/call/demand.h"

#include "control/budget.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    while (times-- > 0) all += text;
    return all;
}

// One that has room for every honest call.
struct Fixture : ExchangeFixture {
    static link::InstanceConfig wide_config() {
        auto made = make_config();
        for (auto& address : *made.mutable_interfaces(0)->mutable_addresses())
            address.set_port_min(10000), address.set_port_max(60000);
        return made;
    }
    Fixture() : ExchangeFixture(wide_config()) {}
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a conference of 100 sections with 20 codecs each fits") {
    std::string section = "m=audio 4000 RTP/AVP", names;
    for (int type = 96; type < 116; ++type) {
        section += " " + std::to_string(type);
        names += "a=rtpmap:" + std::to_string(type) + " L16/8000\r\n";
    }
    const auto text = body("198.51.100.1", repeated(section + "\r\n" + names, 100));
    REQUIRE(text.size() < budget::reply.most);
    auto exchange = offer(text);
    CHECK(allocated);
    const auto written = described(exchange);
    REQUIRE(written);
    CHECK(written->size() < budget::reply.most);
    CHECK(call_fits(*call, *exchange.flags, *exchange.session));
}

TEST_CASE_FIXTURE(Fixture, "a call with 80 branches of audio and video, each answered, fits") {
    const auto text = [](const char* address, unsigned port) {
        return body(address, audio(port) + "m=video " + std::to_string(port + 2) + " RTP/AVP 96 97 98\r\n");
    };
    for (unsigned i = 0; i < 80; ++i) {
        ng::Flags flags;
        flags.from_tag = "a";
        flags.via_branch = "branch" + std::to_string(i);
        const auto offered = run(true, flags, text("198.51.100.1", 4000));
        REQUIRE(allocated);
        flags.to_tag = "b" + std::to_string(i);
        run(false, flags, text("198.51.100.2", 5000 + 4 * i));
        REQUIRE(allocated);
        REQUIRE(call_fits(*call, flags, *offered.session));
    }
    CHECK(call->parties.size() == 81);
}

TEST_CASE_FIXTURE(Fixture, "sections with ten pairs of ports each don't take every port: that is known before one is taken") {
    const auto greedy = body("198.51.100.1", repeated("m=audio 9/10 RTP/AVP 0\r\n", 250));
    const auto fits = call_fits({}, {}, *sdp::parse(greedy));
    REQUIRE_FALSE(fits);
    CHECK(fits.error().message == "Too much: 10000 ports of the call, at most 2048");
    CHECK(call_fits({}, {}, *sdp::parse(body("198.51.100.1", repeated(audio(4000), 256)))));
    CHECK(call_fits({}, {}, *sdp::parse(body("198.51.100.1", repeated(audio(0), 256)))));
    offer(greedy);
    REQUIRE_FALSE(allocated);
    CHECK(allocated.error().message.find("ports of the call, at most 2048") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "ports that a call has already count") {
    unsigned port = 4000;
    while (ports_fit(*call, 4)) {
        offer(body("198.51.100.1", repeated(audio(port += 2), 10)));
        answer(body("198.51.100.2", repeated(audio(port), 10)));
        REQUIRE(port < 60000);
        if (!allocated) break;
    }
    CHECK_FALSE(ports_fit(*call, 40));
    CHECK(ports_fit(*call, 0));
}

TEST_CASE_FIXTURE(Fixture, "a call has so many parties, media and so much text, and one request more is told which it is") {
    const auto session = *sdp::parse(body("198.51.100.1", audio(4000)));
    ng::Flags flags;
    CHECK(call_fits(*call, flags, session));
    const auto refusal = [&] { return call_fits(*call, flags, session).error().message; };

    auto& party = call->add_party("a", "", {});
    party.last_body.text = std::string(budget::kept.most, 'x');
    CHECK(call_fits(*call, flags, session).error().message.find("bytes of text kept") != std::string::npos);
    party.last_body.text.clear();
    party.aliases.assign(3000, std::string(budget::name.most, 'x'));
    CHECK(refusal().find("bytes of text kept") != std::string::npos);
    party.aliases.clear();
    CHECK(call_fits(*call, flags, session));

    party.medias.push_back(std::make_unique<Media>());
    party.medias.front()->codecs.resize(budget::call_codecs.most - 3); // and two codecs, on both sides
    CHECK(refusal() == "Too much: 16385 codecs of the call, at most 16384");
    party.medias.clear();

    while (party.medias.size() < budget::medias.most - 1) party.medias.push_back(std::make_unique<Media>());
    CHECK(refusal().find("media of the call") != std::string::npos);
    party.medias.clear();

    while (call->parties.size() < budget::parties.most - 1) call->add_party("b", "", {});
    CHECK(refusal().find("513 parties of the call, at most 512") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "strangers fill a call: those who have it can go on with it") {
    const auto text = body("198.51.100.1", audio(4000));
    auto offered = offer(text);
    answer(body("198.51.100.2", audio(5000)));
    const auto session = offered.session;
    ng::Flags known = *offered.flags, stranger = known, unknown = known;
    known.to_tag = "b";
    stranger.from_tag = "evil";
    unknown.to_tag = "evil";
    REQUIRE(call->find_tag(known.from_tag));
    REQUIRE(call->find_tag(known.to_tag));
    const auto only_known = [&] {
        CHECK(call_fits(*call, known, *session));
        CHECK_FALSE(call_fits(*call, stranger, *session));
        CHECK_FALSE(call_fits(*call, unknown, *session));
        auto long_one = known;
        long_one.sdp.resize(budget::ordinary::text + 1, 'x');
        CHECK_FALSE(call_fits(*call, long_one, *session));
        CHECK_FALSE(call_fits(*call, known, *sdp::parse(body("198.51.100.1", repeated(audio(4000), 9)))));
    };
    auto& evil = call->add_party("x", "", {});
    while (evil.medias.size() < budget::medias.most) evil.medias.push_back(std::make_unique<Media>());
    only_known();
    evil.medias.resize(1);
    evil.medias.front()->codecs.resize(budget::call_codecs.most);
    only_known();
    evil.medias.clear();
    evil.last_body.text.resize(budget::kept.most, 'x');
    only_known();
    evil.last_body.text.clear();
    while (call->parties.size() < budget::parties.most) call->add_party("x", "", {});
    only_known();
}

TEST_CASE_FIXTURE(Fixture, "an attribute for every section may make a body that no reply could carry; nothing is remembered of it") {
    ng::Flags flags;
    flags.replace_sdp_version = true;
    flags.attribute_edits = {{"audio", {{std::string(20000, 'x')}, {}, {}}}};
    auto exchange = offer(body("198.51.100.1", repeated(audio(4000), 4)), flags);
    const auto written = described(exchange);
    REQUIRE_FALSE(written);
    CHECK(written.error().message.find("bytes of the reply, at most 65507") != std::string::npos);
    CHECK(exchange.receiver->last_body.text.empty());
    CHECK_FALSE(exchange.receiver->last_body.origin);
    exchange.flags = std::make_shared<const ng::Flags>();
    CHECK(described(exchange));
}
