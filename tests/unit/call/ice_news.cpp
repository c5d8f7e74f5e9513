// SPDX-License-Identifier: Apache-2.0
// What workers say of pairs comes once: it isn't lost to a queue that is full of requests, and doesn't make it longer and longer.
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

ng::Dict request(const char* address) {
    auto dict = WorkerFixture::named("a");
    dict.add("sdp", "v=0\r\no=- 1 1 IN IP4 " + std::string(address) + "\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n" +
                        "a=ice-ufrag:peer\r\na=ice-pwd:0123456789012345678901\r\n");
    dict.add("ICE", "force");
    return dict;
}

struct Fixture : WorkerFixture {
    std::shared_ptr<Call> call;
    Turn held;
    std::size_t crowd = 0; // that waits for its turn

    Fixture() : WorkerFixture(3600) {
        auto offer = request("198.51.100.1"), answer = request("198.51.100.2");
        offer.add("direction", ng::List{"int", "ext"});
        answer.add("to-tag", "b");
        REQUIRE(ng::text_of(wait("offer", offer), "result") == "ok");
        REQUIRE(ng::text_of(wait("answer", answer), "result") == "ok");
        settle();
        call = instance.find("call");
        REQUIRE(call);
    }
    ~Fixture() {
        held.reset();
        run_until([this] { return !call->busy && workers->idle(); });
    }
    Media& callee() { return *call->parties.at(1)->medias.at(0); }
    const Endpoint& selected() { return callee().connectivity.selected[0].remote; }
    void crowd_in() {
        REQUIRE(instance.exclusively(call, [this](const auto&, const Turn& turn) { held = turn; }));
        while (instance.exclusively(call, [](const auto&, const Turn&) {})) ++crowd;
        REQUIRE(crowd > 100);
    }
    void say(const char* remote) {
        link::IceNews news;
        news.set_stream(callee().current->port(0)->id);
        news.set_call("call");
        const auto to = *Endpoint::parse(remote);
        news.mutable_remote()->set_address(std::string(to.address.raw()));
        news.mutable_remote()->set_port(to.port);
        instance.take_news(news);
    }
    void release() {
        held.reset();
        run_until([this] { return !call->busy; });
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a pair that is selected while the queue is full is known when it is its turn, the latest one, and takes one place") {
    crowd_in();
    for (unsigned n = 0; n < 1000; ++n) say(n % 2 ? "198.51.100.2:77" : "198.51.100.2:78");
    CHECK(call->waiting.size() == crowd + 1);
    CHECK_FALSE(selected().known());
    release();
    CHECK(selected() == *Endpoint::parse("198.51.100.2:77"));
}

TEST_CASE_FIXTURE(Fixture, "there and back again before it is its turn: it stays") {
    say("198.51.100.2:77");
    CHECK(selected() == *Endpoint::parse("198.51.100.2:77"));
    crowd_in();
    say("198.51.100.2:78");
    say("198.51.100.2:77");
    release();
    CHECK(selected() == *Endpoint::parse("198.51.100.2:77"));
    say("198.51.100.2:79"); // and the next one is heard
    CHECK(selected() == *Endpoint::parse("198.51.100.2:79"));
}
