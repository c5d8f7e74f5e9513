// SPDX-License-Identifier: Apache-2.0
#include "control/call/extensions.h"

#include "control/call/number_set.h"
#include "control/call/streams.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const std::string level = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n", video = "a=extmap:14/sendrecv urn:3gpp:video-orientation\r\n",
                  mid = "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";

struct Fixture : ExchangeFixture {
    // What packets of `from` lose; "*": all.
    std::string lost(const char* from) {
        link::Arena arena;
        for (auto& [port, made] : desired_streams({&media(from)}, [](const StateKey&) { return state::View(); }, arena)) {
            if (port->rtcp()) continue;
            REQUIRE(made->sinks_size() == 1);
            const auto& edit = made->sinks(0).edit();
            std::string text = edit.strip_all_extensions() ? "*" : "";
            const auto ids = to_set<256>(edit.stripped_extensions());
            for (std::size_t id = 0; id < ids.size(); ++id)
                if (ids[id]) text += " " + std::to_string(id);
            return text;
        }
        return "?";
    }
};

std::string extmaps(const Result<std::string>& body) {
    REQUIRE(body);
    std::string all;
    for (std::size_t at = body->find("a=extmap"), end; at != std::string::npos; at = body->find("a=extmap", end)) {
        end = body->find("\r\n", at);
        all += body->substr(at + 8, body->find(' ', at) - at - 8 < 10 ? body->find(' ', at) - at - 8 : end - at - 8) + ";";
    }
    return all;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "they pass by default, without their directions, and packets lose nothing") {
    CHECK(extmaps(described(offer(body("198.51.100.1", audio(4000, level + video))))) == "-allow-mixed;:1;:14;");
    CHECK(extmaps(described(answer(body("192.0.2.1", audio(6000, video))))) == ":14;");
    CHECK(lost("a") == "");
    CHECK(lost("b") == "");
}

TEST_CASE_FIXTURE(Fixture, "stripped: neither side has it") {
    ng::Flags flags;
    flags.extmap_strip = {"URN:3gpp:video-orientation"};
    CHECK(extmaps(described(offer(body("198.51.100.1", audio(4000, level + video)), flags))) == "-allow-mixed;:1;");
    CHECK(extmaps(described(answer(body("192.0.2.1", audio(6000, level))))) == ":1;");
    CHECK(lost("a") == " 14");
    CHECK(lost("b") == "");
}

TEST_CASE_FIXTURE(Fixture, "masked: the offerer may send it, the other side never gets it") {
    ng::Flags flags;
    flags.extmap_mask = {"urn:3gpp:video-orientation"};
    CHECK(extmaps(described(offer(body("198.51.100.1", audio(4000, level + video)), flags))) == "-allow-mixed;:1;");
    CHECK(extmaps(described(answer(body("192.0.2.1", audio(6000, level))))) == ":14;:1;");
    CHECK(lost("a") == " 14");
}

TEST_CASE_FIXTURE(Fixture, "all of them, and what an answer strips") {
    ng::Flags flags;
    flags.extmap_strip = {"all"};
    CHECK(extmaps(described(offer(body("198.51.100.1", audio(4000, level + video)), flags))).empty());
    answer(body("192.0.2.1", audio(6000)));
    CHECK(lost("a") == "* 1 14");
    offer(body("198.51.100.1", audio(4000, level + video)));
    CHECK(extmaps(described(answer(body("192.0.2.1", audio(6000, level + video)), flags))).empty());
    CHECK(lost("b") == "* 1 14");
    CHECK(lost("a") == ""); // as the last offer wanted it
}

TEST_CASE_FIXTURE(Fixture, "mixed forms are the offerer's to allow") {
    offer(body("198.51.100.1", audio(4000, "a=extmap-allow-mixed\r\n" + level)));
    CHECK(extmaps(described(answer(body("192.0.2.1", audio(6000, level))))) == "-allow-mixed;:1;");
}

TEST_CASE_FIXTURE(Fixture, "who has not been told of mids gets none") {
    ng::Flags flags;
    flags.bundle_offer = true;
    offer(body("198.51.100.1", audio(4000)), flags);
    answer(body("192.0.2.1", audio(6000, "a=mid:1\r\n" + mid)));
    CHECK(lost("b") == " 3");
    offer(body("198.51.100.1", audio(4000, mid)));
    answer(body("192.0.2.1", audio(6000, mid)));
    CHECK(lost("b") == "");
}
