// SPDX-License-Identifier: Apache-2.0
// Intake, pair and describe each without the others, as commands need them that have one side only.
#include "control/sdp/kept.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture : ExchangeFixture {
    ng::Flags flags;
    const Terms terms{flags, true};

    Party& party(const char* tag) { return call->add_party(tag, "", BootTime{}); }
    std::vector<Said> say(Party& party, const std::string& sections) {
        sessions.push_back(*sdp::parse(body("198.51.100.1", sections)));
        return take_in(party, sessions.back(), terms, ng::Learning::heuristic);
    }
    // What a party said in an earlier message.
    std::vector<Said> said_before(Party& party) {
        std::vector<Said> all;
        for (const auto& media : party.medias)
            all.push_back({&kept.emplace_back(sdp::read_kept(media->last_section)), media.get(), media->protocol, media->mid});
        return all;
    }

    std::deque<sdp::Session> sessions;
    std::deque<sdp::Section> kept;
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "intake: a party alone in its call has media as it said, and gets ports") {
    auto& publisher = party("p");
    const auto said = say(publisher, audio(4000, "a=mid:one\r\na=rtcp-mux\r\n") + "m=video 0 RTP/AVP 96\r\n");
    REQUIRE(said.size() == 2);
    CHECK(call->parties.size() == 1);
    const auto& media = *publisher.medias.at(0);
    CHECK(said[0].media == &media);
    CHECK(media.rtp.signalled.str() == "198.51.100.1:4000");
    CHECK(media.mux.offered);
    CHECK(*media.mid == "one");
    CHECK(media.subscriptions.empty());
    CHECK(publisher.medias.at(1)->rejected);

    place_party(publisher, "", Family::ipv4, interfaces);
    publisher.medias[0]->family = Family::ipv4;
    Basket basket(stock);
    REQUIRE(give_ports(*publisher.medias[0], {{}, true, false}, basket));
    CHECK(media.current->ports.at(0).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "pair: two who have spoken before are brought together, without a message of either") {
    auto& a = party("a");
    auto& b = party("b");
    say(a, audio(4000));
    say(b, audio(5000));
    const auto pairs = pair_up(b, said_before(a), terms);
    REQUIRE(pairs.size() == 1);
    CHECK(pairs[0].receiver == b.medias[0].get());
    CHECK(a.medias[0]->subscribed_to(*b.medias[0]));
    CHECK(b.medias[0]->subscribed_to(*a.medias[0]));
    CHECK(b.medias[0]->codecs.size() == 2);
    CHECK(b.medias[0]->rtp.signalled.port == 5000);
    CHECK(a.medias.size() == 1);
    CHECK(b.medias.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "describe: a listener is shown what another party said, and changes nothing of that one") {
    auto& source = party("s");
    say(source, audio(4000, "a=sendonly\r\n"));
    auto& listener = party("l");
    auto& media = listener.media_at(0, "audio");
    media.protocol = sdp::Protocol::rtp_avp;
    media.recv = false;
    media.codecs = sdp::read_kept(source.medias[0]->last_section).codecs;
    subscribe(media, {source.medias[0].get()});
    place_party(listener, "", Family::ipv4, interfaces);
    media.family = Family::ipv4;
    Basket basket(stock);
    REQUIRE(give_ports(media, {{}, false, false}, basket));
    const auto before = source.medias[0]->last_section;

    const auto said = said_before(source);
    const std::vector<Pair> pairs{{said[0].section, said[0].media, &media}};
    sdp::Session own;
    own.origin = {"-", "1", "1", "IP4", "203.0.113.1"};
    own.name = "listener";
    const auto text = describe({listener, &source, own, pairs, terms}, "");
    REQUIRE(text);
    const auto port = std::to_string(media.current->port(0)->lease->port());
    CHECK(text->find("s=listener\r\n") != std::string::npos);
    CHECK(text->find("m=audio " + port + " RTP/AVP 0 8\r\nc=IN IP4 203.0.113.1\r\n") != std::string::npos);
    CHECK(text->find("a=sendonly\r\n") != std::string::npos);
    CHECK(source.medias[0]->last_section == before);
    CHECK(source.medias[0]->subscriptions.empty());
    CHECK(listener.last_body.origin->session_id == "1");
}
