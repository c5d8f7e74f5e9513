// SPDX-License-Identifier: Apache-2.0
// Parties that are created, and connected to each other: who hears whom then, and who doesn't any more.
#include "control/call/connect.h"

#include <algorithm>
#include <set>

#include "control/sdp/codec_default.h"
#include "kept_calls.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

using Keys = std::initializer_list<std::pair<const char*, ng::Value>>;

std::string body_of(const std::string& sections) {
    return "v=0\r\no=- 1 1 IN IP4 198.51.100.9\r\ns=-\r\nc=IN IP4 198.51.100.9\r\nt=0 0\r\n" + sections;
}

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600, {}, Calls::kept) {}

    Call& call() { return *instance.calls().find("call"); }
    Media& media(const char* tag, std::size_t index = 0) { return *call().find_tag(tag)->medias.at(index); }
    static ng::Dict request(Keys keys) {
        ng::Dict dict;
        dict.add("call-id", "call");
        for (const auto& [key, value] : keys) dict.add(key, value);
        return dict;
    }
    std::string result(const char* command, Keys keys) {
        const auto reply = wait(command, request(keys));
        const auto reason = ng::text_of(reply, "error-reason");
        return std::string(reason.empty() ? ng::text_of(reply, "result") : reason);
    }
    void create(const char* tag) {
        REQUIRE(result("create", {{"from-tag", tag}}) == "ok");
        REQUIRE(result("create answer", {{"from-tag", tag}, {"sdp", body_of("m=audio 5000 RTP/AVP 8\r\n")}}) == "ok");
    }
    // Who hears a party now, as its worker was told.
    std::set<std::string> hear(const char* tag) {
        settle();
        const auto* port = media(tag).current->port(0);
        link::Stream stream;
        REQUIRE(stream.ParseFromString((port->worker() ? external : internal).streams.at(port->id)));
        std::set<std::string> tags;
        for (const auto& sink : stream.sinks())
            for (const auto& party : call().parties)
                for (const auto& each : party->medias)
                    if (!sink.silent() && each->current && each->current->port(0)->id == sink.stream()) tags.insert(party->tag);
        return tags;
    }
    using Tags = std::set<std::string>;
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

} // namespace

TEST_CASE_FIXTURE(Fixture, "a created party is offered what was asked for, and shown the same when it is asked again") {
    const auto first = wait("create", request({{"from-tag", "one"}, {"medias", ng::List{ng::Dict({{"type", "audio"}, {"codecs", ng::List{"opus", "telephone-event"}}}),
                                                                                      ng::Dict({{"type", "audio"}, {"codec", ng::List{"PCMA"}}})}}}));
    const auto text = std::string(ng::text_of(first, "sdp"));
    CHECK(contains(text, "RTP/AVP 96 97\r\n"));
    CHECK(contains(text, "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\n"));
    CHECK(contains(text, "RTP/AVP 8\r\n"));
    CHECK(ng::text_of(wait("create", request({{"from-tag", "one"}})), "sdp") == text);
    const auto generated = wait("create", {});
    CHECK(ng::text_of(generated, "call-id").size() == 64);
    CHECK(ng::text_of(generated, "from-tag").size() == 64);
    CHECK(instance.calls().size() == 2);
    CHECK(result("create", {{"from-tag", "two"}, {"medias", ng::List{ng::Dict({{"type", "video"}, {"codec", ng::List{"unheard-of"}}})}}}) ==
          "failed to create SDP");
    CHECK_FALSE(call().find_tag("two"));
    CHECK(result("create answer", {{"from-tag", "two"}, {"sdp", body_of("m=audio 5000 RTP/AVP 8\r\n")}}) == "from-tag not found");
    CHECK(result("create answer", {{"from-tag", "one"}, {"sdp", body_of("m=audio 5000 RTP/AVP 18\r\n")}}) == "failed to perform answer");
}

TEST_CASE_FIXTURE(Fixture, "a transfer: who is connected hears the other one and nobody else, and a second transfer is no different") {
    set_up_call();
    for (const char* tag : {"c", "d"}) create(tag);
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "c"}}) == "ok");
    CHECK((hear("a") == Tags{"c"} && hear("c") == Tags{"a"} && hear("b").empty()));
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "d"}}) == "ok");
    CHECK((hear("a") == Tags{"d"} && hear("d") == Tags{"a"} && hear("c").empty()));
    // A re-INVITE of the first two is a dialogue again.
    for (const char* command : {"offer", "answer"})
        CHECK(result(command, {{"from-tag", "a"}, {"to-tag", "b"}, {"sdp", body_of("m=audio 5000 RTP/AVP 8\r\n")}}) == "ok");
    CHECK((hear("a") == Tags{"b"} && hear("b") == Tags{"a"} && hear("d").empty()));
    settle();
    CHECK(kept_calls(keeper) == held_calls(instance, name));
}

TEST_CASE_FIXTURE(Fixture, "directional only adds; who listens is not detached by anybody") {
    set_up_call();
    for (const char* tag : {"c", "d"}) create(tag);
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "c"}, {"flags", ng::List{"directional"}}}) == "ok");
    CHECK((hear("a") == Tags{"b", "c"} && hear("b") == Tags{"a"} && hear("c").empty()));
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "d"}, {"flags", ng::List{"directional", "bidirectional"}}}) == "ok");
    CHECK((hear("a") == Tags{"b", "c", "d"} && hear("d") == Tags{"a"}));
    CHECK(result("connect", {{"from-tag", "b"}, {"to-tag", "d"}}) == "ok"); // in place of a
    CHECK((hear("a") == Tags{"c", "d"} && hear("b") == Tags{"d"} && hear("d") == Tags{"a", "b"}));
}

TEST_CASE_FIXTURE(Fixture, "what can't be connected changes nothing, but for a party that is made") {
    set_up_call();
    settle();
    const auto before = held_calls(instance, name);
    CHECK(result("connect", {{"from-tag", "a"}}) == "No to-tag in message");
    CHECK(result("connect", {{"from-tag", "x"}, {"to-tag", "b"}}) == "From-tag given, but no such tag exists");
    CHECK(result("connect", {{"to-tag", "b"}}) == "No medias found (no monologues matched)");
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "a"}}) == "A party can't be connected to itself");
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "b"}, {"to-call-id", "nobody"}}) == "Unknown call-ID(s)");
    settle();
    CHECK(held_calls(instance, name) == before);
    CHECK(result("connect", {{"from-tag", "a"}, {"to-tag", "new"}}) == "ok");
    REQUIRE(call().find_tag("new"));
    CHECK(call().find_tag("new")->medias.empty());
    CHECK((hear("a") == Tags{"b"} && hear("b") == Tags{"a"}));
}

TEST_CASE("media that stand for each other: by mid, else the next of the type, each once") {
    Call call;
    const auto party = [&](std::initializer_list<std::pair<const char*, const char*>> medias) -> Party& {
        auto& made = call.add_party("t", "", {});
        std::size_t place = 0;
        for (const auto& [type, mid] : medias) {
            auto& media = made.media_at(place++, type);
            if (*mid) media.mid = mid;
        }
        return made;
    };
    const auto& from = party({{"audio", "x"}, {"audio", ""}, {"video", ""}, {"audio", ""}});
    const auto& to = party({{"audio", ""}, {"video", ""}, {"audio", "x"}});
    std::vector<std::pair<unsigned, unsigned>> found;
    for (const auto& joint : joints(from, to)) found.emplace_back(joint.from->index, joint.to->index);
    CHECK(found == std::vector<std::pair<unsigned, unsigned>>{{1, 3}, {2, 1}, {3, 2}});
}

TEST_CASE("codecs by their names: usual parameters, and numbers of their own") {
    const auto listed = [](std::vector<std::string> names) {
        std::string text;
        for (const auto& codec : sdp::codecs_by_name(names)) text += " " + std::to_string(codec.payload_type) + "=" + codec.full();
        return text;
    };
    CHECK(listed({"pcmu", "G722", "opus", "speex/8000", "telephone-event"}) == " 0=PCMU/8000 9=G722/8000 96=opus/48000/2 97=speex/8000 98=telephone-event/8000");
    CHECK(listed({"PCMA", "nobody's", "PCMA"}) == " 8=PCMA/8000");
    CHECK(listed({}).empty());
}
