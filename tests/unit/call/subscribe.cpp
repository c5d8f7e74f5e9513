// SPDX-License-Identifier: Apache-2.0
// Who publishes and who listens: what they are shown, what workers are told, and that nothing of it is anybody else's.
#include <algorithm>

#include "control/call/alone.h"
#include "kept_calls.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

std::string described(const std::string& address, const std::string& sections) {
    return "v=0\r\no=- 1 1 IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n" + sections;
}
const std::string sends = "m=audio 4000 RTP/AVP 8 0\r\na=sendonly\r\n", listens = "m=audio 5000 RTP/AVP 8\r\na=recvonly\r\n";

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600, {}, Calls::kept) {}

    Call& call() { return *instance.calls().find("call"); }
    Media& media(const char* tag, std::size_t index = 0) { return *call().find_tag(tag)->medias.at(index); }
    ng::Dict request(std::initializer_list<std::pair<const char*, ng::Value>> keys) {
        ng::Dict dict;
        dict.add("call-id", "call");
        for (const auto& [key, value] : keys) dict.add(key, value);
        return dict;
    }
    std::string result(const char* command, const ng::Dict& dict) {
        const auto reply = wait(command, dict);
        const auto reason = ng::text_of(reply, "error-reason");
        return std::string(reason.empty() ? ng::text_of(reply, "result") : reason);
    }
    void publish(const std::string& sections = sends) {
        REQUIRE(result("publish", request({{"from-tag", "pub"}, {"sdp", described("198.51.100.1", sections)}})) == "ok");
    }
    ng::Dict subscribe(const char* to_tag, ng::List flags = {}) {
        return wait("subscribe request", request({{"from-tags", ng::List{"pub"}}, {"to-tag", to_tag}, {"flags", std::move(flags)}}));
    }
    std::string answer(const char* to_tag, const std::string& sections = listens, ng::List flags = {}) {
        return result("subscribe answer", request({{"to-tag", to_tag}, {"sdp", described("198.51.100.9", sections)}, {"flags", std::move(flags)}}));
    }
    // Where packets of a port leave by, as its worker was told: streams' ids.
    std::vector<std::uint64_t> exits(const Media& of, unsigned number = 0) {
        settle();
        const auto* port = of.current->port(number);
        link::Stream stream;
        REQUIRE(stream.ParseFromString((port->worker() ? external : internal).streams.at(port->id)));
        std::vector<std::uint64_t> ids;
        for (const auto& sink : stream.sinks())
            if (!sink.silent()) ids.push_back(sink.stream());
        std::ranges::sort(ids);
        return ids;
    }
    static std::uint64_t id(const Media& media, unsigned number = 0) { return media.current->port(number)->id; }
    void check_kept() {
        settle();
        CHECK(kept_calls(keeper) == held_calls(instance, name));
    }
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

} // namespace

TEST_CASE_FIXTURE(Fixture, "one publishes, many listen; each goes when he likes") {
    publish();
    CHECK(exits(media("pub")).empty());
    std::vector<std::uint64_t> all;
    for (const char* tag : {"s1", "s2", "s3"}) {
        const auto reply = subscribe(tag);
        CHECK(ng::text_of(reply, "from-tag") == "pub");
        CHECK(contains(ng::text_of(reply, "sdp"), "RTP/AVP 8\r\n")); // the codec that was chosen
        CHECK(contains(ng::text_of(reply, "sdp"), "a=sendonly"));
        CHECK(exits(media("pub")) == all); // not before he has answered
        CHECK(answer(tag) == "ok");
        all.push_back(id(media(tag)));
        std::ranges::sort(all);
        CHECK(exits(media("pub")) == all);
    }
    CHECK(exits(media("s1")).empty());
    CHECK(exits(media("s1"), 1).empty()); // what is said of the stream by who listens is nobody's
    check_kept();
    const auto gone = id(media("s2"));
    CHECK(result("unsubscribe", request({{"to-tag", "s2"}})) == "ok");
    std::erase(all, gone);
    CHECK(exits(media("pub")) == all);
    CHECK(result("unsubscribe", request({{"to-tag", "s2"}})) == "To-tag not found");
    check_kept();
}

TEST_CASE_FIXTURE(Fixture, "who has gone leaves his place to the next one: a call doesn't grow with those that come and go") {
    publish();
    for (unsigned i = 0; i < 20; ++i) {
        const auto reply = wait("subscribe request", request({{"from-tags", ng::List{"pub"}}}));
        const std::string tag(ng::text_of(reply, "to-tag"));
        REQUIRE(tag.size() == 64);
        CHECK(answer(tag.c_str()) == "ok");
        CHECK(result("unsubscribe", request({{"to-tag", tag}})) == "ok");
        CHECK(call().parties.size() == 2);
        const auto report = wait("query", request({}));
        CHECK(report.find("tags")->dict()->size() == 1); // nobody else
    }
    check_kept();
    // One with fewer sections than the former one had is somebody new: sections never go.
    publish(sends + "m=audio 4002 RTP/AVP 8\r\na=sendonly\r\n");
    subscribe("two");
    CHECK(call().find_tag("two")->medias.size() == 2);
    CHECK(result("unsubscribe", request({{"to-tag", "two"}})) == "ok");
    publish("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\nm=audio 0 RTP/AVP 8\r\n");
    subscribe("one");
    CHECK(call().find_tag("one")->medias.size() == 1);
    check_kept();
}

TEST_CASE_FIXTURE(Fixture, "who listens to a call goes on through a re-INVITE, and through its answer") {
    set_up_call();
    const auto spied = wait("subscribe request", request({{"flags", ng::List{"all"}}, {"to-tag", "spy"}}));
    const auto* tags = spied.find("from-tags")->list();
    REQUIRE(tags->size() == 2);
    CHECK(spied.find("from-tag") == nullptr);
    CHECK(answer("spy", "m=audio 5000 RTP/AVP 8\r\na=recvonly\r\nm=audio 5002 RTP/AVP 8\r\na=recvonly\r\n") == "ok");
    const auto check = [&] {
        CHECK(exits(media("a")).size() == 2);
        CHECK(exits(media("b")).size() == 2);
    };
    check();
    for (const char* command : {"offer", "answer"}) {
        auto again = named("a");
        again.add("to-tag", "b");
        again.add("sdp", described("198.51.100.7", "m=audio 4000 RTP/AVP 8\r\n"));
        CHECK(result(command, again) == "ok");
        check();
    }
    // Nor is he taken for the peer of anybody.
    CHECK(ng::text_of(*wait("query", request({})).find("tags")->dict()->find("a")->dict(), "in dialogue with") == "b");
    check_kept();
}

TEST_CASE_FIXTURE(Fixture, "with the mirror the source has RTCP of who listens, and no RTP; both ways it has both") {
    publish("m=audio 4000 RTP/AVP 8\r\n");
    subscribe("m", {"RTCP-mirror"});
    CHECK(answer("m", "m=audio 5000 RTP/AVP 8\r\n") == "ok");
    CHECK(exits(media("m")).empty());
    CHECK(exits(media("m"), 1) == std::vector{id(media("pub"), 1)});
    CHECK_FALSE(media("m").recv);
    CHECK(contains(ng::text_of(subscribe("both", {"bidirectional"}), "sdp"), "a=sendrecv"));
    CHECK(answer("both", "m=audio 5002 RTP/AVP 8\r\n") == "ok");
    CHECK(media("both").recv);
    CHECK(media("pub").subscription_to(media("both"))->rtp);
    // Asked again without it, it is over.
    subscribe("both");
    CHECK_FALSE(media("pub").subscribed_to(media("both")));
    CHECK(result("unsubscribe", request({{"to-tag", "m"}, {"from-tag", "pub"}, {"flags", ng::List{"directional", "bidirectional"}}})) == "ok");
    CHECK_FALSE(media("pub").subscribed_to(media("m")));
    CHECK_FALSE(media("m").subscribed_to(media("pub")));
    CHECK(result("unsubscribe", request({{"to-tag", "m"}, {"from-tag", "x"}, {"flags", ng::List{"directional"}}})) == "From-tag not found");
    check_kept();
}

TEST_CASE_FIXTURE(Fixture, "an answer has all codecs that were offered, or leave to transcode and one of them; else nothing has happened") {
    REQUIRE(result("publish", request({{"from-tag", "pub"}, {"codec", ng::Dict({{"accept", ng::List{"all"}}})}, {"sdp", described("198.51.100.1", sends)}})) == "ok");
    subscribe("s");
    settle();
    const auto before = held_calls(instance, name);
    CHECK(answer("s") == "Failed to process subscription answer"); // 8 of 8 and 0
    CHECK(answer("s", "m=audio 5000 RTP/AVP 18\r\n", {"allow-transcoding"}) == "Failed to process subscription answer");
    CHECK(answer("s", listens + listens) == "Failed to process subscription answer"); // more than was offered
    CHECK(answer("nobody") == "To-tag not found");
    settle();
    CHECK(held_calls(instance, name) == before);
    CHECK(answer("s", listens, {"allow-transcoding"}) == "ok");
    CHECK(answer("s", "m=audio 5000 RTP/AVP 0 8\r\na=recvonly\r\n") == "ok");
    CHECK(answer("s", "m=audio 0 RTP/AVP 0\r\n") == "ok"); // refused
    CHECK(exits(media("pub")).empty());
    check_kept();
}

TEST_CASE_FIXTURE(Fixture, "nobody listens to himself, to nobody, or to who sends nothing that could be had") {
    publish();
    settle();
    const auto before = held_calls(instance, name);
    const auto reason = [&](std::initializer_list<std::pair<const char*, ng::Value>> keys) { return result("subscribe request", request(keys)); };
    CHECK(reason({{"from-tags", ng::List{"pub"}}, {"to-tag", "pub"}}) == "Failed to request subscription");
    CHECK(reason({{"from-tags", ng::List{"x"}}}) == "From-tag given, but no such tag exists");
    CHECK(reason({{"to-tag", "s"}}) == "No medias found (no monologues matched)");
    CHECK(reason({{"flags", ng::List{"all"}}}) == "No medias found (no monologues matched)"); // nobody is in a dialogue
    CHECK(reason({{"label", "x"}}) == "No monologue matching the given label");
    settle();
    CHECK(held_calls(instance, name) == before);
    CHECK(reason({{"from-tag", "x"}, {"from-tags", ng::List{"pub"}}, {"to-tag", "s"}}) == "ok"); // the list is of use
}

TEST_CASE_FIXTURE(Fixture, "a flow to who listens is blocked by its kind") {
    set_up_call();
    wait("subscribe request", request({{"from-tags", ng::List{"a"}}, {"to-tag", "spy"}}));
    CHECK(answer("spy") == "ok");
    const auto block = [&](const char* command, const char* all) {
        return result(command, request({{"from-tag", "a"}, {"all", all}, {"flags", ng::List{"directional"}}}));
    };
    const auto blocked = [&] { return std::pair{media("b").subscription_to(media("a"))->blocked, media("spy").subscription_to(media("a"))->blocked}; };
    CHECK(block("block media", "offer-answer") == "ok");
    CHECK(blocked() == std::pair{true, false});
    CHECK(block("block media", "except-offer-answer") == "ok");
    CHECK(blocked() == std::pair{true, true});
    CHECK(block("unblock media", "flows") == "ok");
    CHECK(blocked() == std::pair{false, false});
    CHECK(result("block media", request({{"from-tag", "b"}, {"all", "except-offer-answer"}, {"flags", ng::List{"directional"}}})) ==
          "No eligible media subscriptions found");
}

TEST_CASE_FIXTURE(Fixture, "who listens under SRTP has keys of his own, and what left under them stays known when he listens to somebody else") {
    publish();
    const auto ask = [&](const char* from) {
        return wait("subscribe request", request({{"from-tags", ng::List{from}}, {"to-tag", "s"}, {"transport-protocol", "RTP/SAVP"}, {"DTLS", "off"},
                                                  {"SDES", ng::List{"only-AES_CM_128_HMAC_SHA1_80"}}}));
    };
    const std::string secure = "m=audio 5000 RTP/SAVP 8\r\na=recvonly\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:eYispEI9sS2MeEIyKwbRcsop95E3zsTUKooG+nZL\r\n";
    CHECK(contains(ng::text_of(ask("pub"), "sdp"), "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
    CHECK(exits(media("pub")).empty()); // never in the clear
    CHECK(answer("s", secure) == "ok");
    CHECK(exits(media("pub")) == std::vector{id(media("s"))});
    const auto key = media("s").keys.agreed->ours.keys;
    REQUIRE(result("publish", request({{"from-tag", "other"}, {"sdp", described("198.51.100.2", sends)}})) == "ok");
    ask("other");
    CHECK(answer("s", secure) == "ok");
    CHECK(media("s").keys.agreed->ours.keys == key);
    CHECK(exits(media("other")) == std::vector{id(media("s"))});
    CHECK(exits(media("pub")).empty());
    const auto* former = media("s").subscription_to(media("pub"));
    REQUIRE(former);
    CHECK_FALSE(former->carries());
    const auto report = wait("query", request({}));
    CHECK(report.find("tags")->dict()->find("s")->dict()->find("subscriptions")->list()->size() == 1);
    check_kept();
}

TEST_CASE_FIXTURE(Fixture, "mids of two sources that are the same are told apart in one offer") {
    publish("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\na=mid:0\r\n");
    REQUIRE(result("publish", request({{"from-tag", "other"}, {"sdp", described("198.51.100.2", "m=audio 4000 RTP/AVP 8\r\na=sendonly\r\na=mid:0\r\n")}})) == "ok");
    const auto reply = wait("subscribe request", request({{"from-tags", ng::List{"pub", "other"}}, {"to-tag", "s"}, {"flags", ng::List{"SIPREC"}}}));
    const auto text = ng::text_of(reply, "sdp");
    CHECK(contains(text, "a=mid:0\r\n"));
    CHECK(media("s", 0).mid != media("s", 1).mid);
    const auto* labels = reply.find("media-labels");
    REQUIRE((labels && labels->dict()->size() == 2));
    for (const auto& [label, value] : *labels->dict()) {
        CHECK(contains(text, "a=label:" + label + "\r\n"));
        CHECK(ng::text_of(*value.dict(), "mode") == "sendonly");
    }
    CHECK(reply.find("tag-medias")->list()->size() == 2);
}

TEST_CASE("which codecs are published") {
    const auto session = sdp::parse(described("198.51.100.1", "m=audio 4000 RTP/AVP 96 8 9 101\r\na=rtpmap:96 SILK/16000\r\na=rtpmap:101 telephone-event/8000\r\n"));
    const auto chosen = [&](std::vector<std::string> accept) {
        std::string text;
        for (const auto& codec : choose_published(session->sections[0].codecs, accept)) text += " " + std::to_string(codec.payload_type);
        return text;
    };
    CHECK(chosen({}) == " 8 101");
    CHECK(chosen({"G722", "PCMA"}) == " 9 101");
    CHECK(chosen({"SILK"}) == " 96");
    CHECK(chosen({"opus"}) == " 8 101");
    CHECK(chosen({"any"}) == " 96");
    CHECK(chosen({"all"}) == " 8 9 101");
    CHECK(chosen({"any", "all"}) == " 96 8 9 101");
}
