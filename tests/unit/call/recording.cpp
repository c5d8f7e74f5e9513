// SPDX-License-Identifier: Apache-2.0
// What is said of recording and of forwarding to a collector: kept, reported, and found by a successor.
#include "control/budget.h"
#include "control/call/recording.h"
#include "kept_calls.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600, {}, Calls::kept) { set_up_call(); }

    const Call& call() const { return *instance.calls().find("call"); }
    bool done(const char* command, const ng::Dict& dict) { return ng::text_of(wait(command, dict), "result") == "ok"; }
    // "CALL FORWARDING" of the report; "": it has nothing of it.
    std::string reported(const ng::Dict& from) {
        const auto* recording = from.find("recording");
        if (!recording) return "";
        std::string text;
        for (const auto& [key, value] : *recording->dict()) text += (text.empty() ? "" : " ") + std::to_string(*value.number());
        return text;
    }
    std::string reported() { return reported(wait("query", named())); }
    std::string reported_of(const char* tag) {
        const auto answer = wait("query", named());
        return reported(*answer.find("tags")->dict()->find(tag)->dict());
    }
};

ng::Dict with(ng::Dict dict, const char* key, ng::Value value) {
    dict.add(key, std::move(value));
    return dict;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "a recording is started, paused, resumed and stopped; what isn't running isn't paused") {
    CHECK(reported() == "");
    CHECK(done("pause recording", named()));
    CHECK(call().recording == Recording::off);
    CHECK(done("start recording", named()));
    CHECK(reported() == "1 0");
    CHECK(done("stop recording", with(named(), "pause", "yes")));
    CHECK(call().recording == Recording::paused);
    CHECK(reported() == "0 0");
    CHECK(done("start recording", named()));
    CHECK(call().recording == Recording::on);
    CHECK(done("stop recording", with(named(), "flags", ng::List{"pause"})));
    CHECK(call().recording == Recording::paused);
    CHECK(done("stop recording", with(named(), "flags", ng::List{"discard-recording"})));
    CHECK(call().recording == Recording::off);
    CHECK(ng::text_of(wait("start recording", with({}, "call-id", "nobody")), "error-reason") == "Unknown call-id");
}

TEST_CASE_FIXTURE(Fixture, "metadata is the party's that the from-tag names, else the call's") {
    CHECK(done("start recording", with(named("b"), "metadata", "of b")));
    CHECK(done("start recording", with(named("nobody"), "metadata", "of all")));
    CHECK(call().find_tag("b")->metadata == "of b");
    CHECK(call().metadata == "of all");
    CHECK(ng::text_of(wait("query", named()), "metadata") == "of all");
    const auto most = std::string(budget::metadata.most + 1, 'x');
    CHECK_FALSE(done("start recording", with(named(), "metadata", most)));
    CHECK(call().metadata == "of all");
}

TEST_CASE_FIXTURE(Fixture, "forwarding is the call's, or a party's with `directional`; the call's end leaves the party's but for all=all") {
    const auto directional = with(named("a"), "flags", ng::List{"directional"});
    CHECK(done("start forwarding", named("a")));
    CHECK(reported() == "0 1");
    CHECK(reported_of("a") == "");
    CHECK(done("start forwarding", directional));
    CHECK(reported_of("a") == "0 1");
    CHECK(done("stop forwarding", named("a")));
    CHECK(reported() == "0 0"); // there is still a party's
    CHECK(done("start forwarding", named()));
    CHECK(done("stop forwarding", with(named(), "all", "all")));
    CHECK(reported() == "");
    CHECK(done("start forwarding", directional));
    CHECK(done("stop forwarding", directional));
    CHECK(reported() == "");
}

TEST_CASE_FIXTURE(Fixture, "an offer starts a recording, and excludes its parties from it; a successor knows of all that") {
    auto offer = named("a");
    offer.add("to-tag", "b");
    offer.add("record-call", "yes");
    offer.add("flags", ng::List{"exclude-recording"});
    offer.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n");
    CHECK(done("offer", offer));
    CHECK(done("start forwarding", with(named("b"), "flags", ng::List{"directional"})));
    CHECK(done("pause recording", with(named(), "metadata", "m")));
    CHECK(reported_of("a") == "1 0");
    CHECK(reported_of("b") == "1 1");
    settle();
    const auto kept = kept_calls(keeper);
    CHECK(kept == held_calls(instance, name));
    const auto& words = kept.begin()->second;
    for (const char* word : {"recording: 2", "forwarding: true", "unrecorded: true", "metadata: \"m\""}) CHECK(words.find(word) != std::string::npos);
}
