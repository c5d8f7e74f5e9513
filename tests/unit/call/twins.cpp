// SPDX-License-Identifier: Apache-2.0
// OSRTP in its legacy form: a section twice.
#include "control/sdp/twins.h"

#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const std::string key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:Eh7wsRJ1BrdRwMfnJ2jusGrHZwZJFbu46wyL8wUc\r\n";
const std::string secured = "m=audio 4000 RTP/SAVP 0 8\r\n" + key;

struct Fixture : ExchangeFixture {
    std::string folded(const std::string& text) {
        auto session = sdp::parse(text);
        REQUIRE(session);
        sdp::fold_twins(*session);
        take = *session;
        return text;
    }
    sdp::Session take;

    // As run() of the fixture does with a body, with one that is folded.
    Result<std::string> exchanged(bool offer, const std::string& sections, ng::Flags flags) {
        const auto address = offer ? "198.51.100.1" : "192.0.2.1";
        folded(body(address, sections));
        flags.from_tag = "a";
        if (!offer || call->find_tag("b")) flags.to_tag = "b";
        const auto dialogue = find_dialogue(*call, flags, !offer, BootTime{});
        REQUIRE(dialogue);
        const Terms terms{flags, offer};
        const auto said = take_in(*dialogue->sender, take, terms, ng::Learning::heuristic);
        const auto pairs = pair_up(*dialogue->receiver, said, terms);
        Basket basket(stock);
        allocated = allocate_ports(*dialogue->sender, *dialogue->receiver, pairs, terms, interfaces, basket);
        for (const auto& pair : pairs) renew_keys(terms, *pair.sender, *pair.receiver);
        return describe({*dialogue->receiver, dialogue->sender, take, pairs, terms}, "");
    }
};

ng::Flags with(const char* osrtp, const char* protocol) {
    ng::Flags flags;
    flags.osrtp = {osrtp};
    flags.transport_protocol = protocol;
    return flags;
}

std::vector<std::string> sections(const Result<std::string>& text) {
    REQUIRE(text);
    const auto session = sdp::parse(*text);
    std::vector<std::string> all;
    if (!session) return {*text};
    for (const auto& section : session->sections)
        all.push_back(section.protocol_text + (section.port ? " open" : " 0") + (section.crypto.empty() ? "" : " key"));
    return all;
}

using List = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(Fixture, "taken in twice, shown once, and answered in both places") {
    CHECK(sections(exchanged(true, audio(4000) + secured, with("accept-legacy", "RTP/AVP"))) == List{"RTP/AVP open"});
    CHECK(sections(exchanged(false, audio(6000), with("accept-legacy", ""))) == List{"RTP/AVP 0", "RTP/SAVP open key"});
    CHECK(sections(exchanged(true, secured + audio(4000), with("accept-legacy", "RTP/AVP"))) == List{"RTP/AVP open"});
    CHECK(sections(exchanged(false, audio(6000), with("accept-legacy", ""))) == List{"RTP/SAVP open key", "RTP/AVP 0"});
}

TEST_CASE_FIXTURE(Fixture, "offered twice on the same ports, and either is an answer") {
    CHECK(sections(exchanged(true, audio(4000), with("offer-legacy", "RTP/SAVP"))) == List{"RTP/AVP open", "RTP/SAVP open key"});
    CHECK(sections(exchanged(false, "m=audio 0 RTP/AVP 0\r\nm=audio 6000 RTP/SAVP 0 8\r\n" + key, with("accept-legacy", ""))) == List{"RTP/AVP open"});
    CHECK(media("b").keys.agreed.has_value() == false); // the answer's key has the tag of another suite of ours
    CHECK(sections(exchanged(true, audio(4000), with("offer-legacy", "RTP/SAVP"))) == List{"RTP/AVP open", "RTP/SAVP open key"});
    CHECK(sections(exchanged(false, audio(6000) + "m=audio 0 RTP/SAVP 0\r\n", with("accept-legacy", ""))) == List{"RTP/AVP open"});
    CHECK(media("b").keys.in_clear);
}

TEST_CASE_FIXTURE(Fixture, "a plain profile isn't offered twice") {
    CHECK(sections(exchanged(true, audio(4000), with("offer-legacy", ""))) == List{"RTP/AVP open"});
}
