// SPDX-License-Identifier: Apache-2.0
// Ports in advance: what a request takes is open already; rules follow its answer.
#include "control/call/stock.h"

#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

using Mood = PlayedWorker::Mood;

struct Fixture : WorkerFixture {
    explicit Fixture(Patience patience = {}) : WorkerFixture(3600, patience) { settle(); }

    // The stock is full, and the workers have answered everything.
    void settle() {
        run_until([this] { return workers->idle(); });
        instance.tick();
        uv::Timer once(loop, [this] { loop.stop(); });
        once.start_ms(0);
        loop.run();
        run_until([this] { return workers->idle(); });
    }
    static ng::Dict offer(const std::string& id) {
        ng::Dict dict;
        dict.add("call-id", id);
        dict.add("from-tag", "a");
        dict.add("direction", ng::List{"int", "ext"});
        dict.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n");
        return dict;
    }
    std::shared_ptr<std::optional<ng::Dict>> ask_offer(const std::string& id = "call") {
        return ask("offer", offer(id));
    }
    unsigned used() const {
        unsigned ports = 0;
        for (const auto& interface : instance.interfaces().all()) ports += interface->addresses.front()->used();
        return ports;
    }
    static std::size_t dark(const PlayedWorker& worker) { return worker.streams.size() - worker.in_use().size(); }
};

struct Impatient : Fixture {
    Impatient() : Fixture({50, 60'000, 20}) {}
};

bool good(const std::shared_ptr<std::optional<ng::Dict>>& reply) {
    return reply->has_value() && ng::text_of(**reply, "result") == "ok";
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "an offer is answered at once, its rules follow, and the stock is filled up again") {
    REQUIRE(dark(internal) > 0);
    CHECK(used() == 0); // they are nobody's
    const auto reply = ask_offer();
    CHECK(good(reply)); // no turn of the loop in between
    CHECK(used() == 4);
    CHECK(internal.in_use().empty());
    settle();
    CHECK(internal.in_use().size() == 2);
    CHECK(external.in_use().size() == 2);
    CHECK(dark(internal) > 0);
}

TEST_CASE_FIXTURE(Fixture, "more at once than the stock has: each is answered, those behind it when their ports are open") {
    std::vector<std::shared_ptr<std::optional<ng::Dict>>> replies;
    for (unsigned i = 0; i < 20; ++i) replies.push_back(ask_offer("call" + std::to_string(i)));
    CHECK(good(replies.front()));
    CHECK_FALSE(replies.back()->has_value());
    run_until([&] { return std::all_of(replies.begin(), replies.end(), good); });
    CHECK(used() == 80);
}

TEST_CASE_FIXTURE(Fixture, "a halted worker's open ports serve a call; it gets the rule when it goes on") {
    external.mood = Mood::halted;
    CHECK(good(ask_offer()));
    external.resume();
    settle();
    CHECK(external.in_use().size() == 2);
}

TEST_CASE_FIXTURE(Impatient, "the ports of a worker whose successor hasn't got everything yet are not taken for open") {
    external.mood = Mood::halted;
    external.stop();
    external.start();
    run_until([this] { return !workers->settled(1); });
    const auto reply = ask_offer();
    CHECK_FALSE(reply->has_value());
    run_until([&] { return reply->has_value(); });
    CHECK(ng::text_of(**reply, "error-reason") == "media worker 0/ext does not answer");
    external.resume();
    run_until([this] { return workers->idle(); });
    CHECK(used() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a successor has the stock open again, without anybody asking") {
    const auto before = external.streams;
    external.stop();
    external.start();
    run_until([this] { return external.synchronised && workers->idle(); });
    for (const auto& [id, stream] : before) CHECK(external.streams.contains(id));
    CHECK(good(ask_offer()));
}

TEST_CASE_FIXTURE(Fixture, "a port that the successor couldn't open is no one's any more") {
    const auto stream = external.streams.begin()->first;
    CHECK(instance.lost(stream));
    CHECK_FALSE(instance.lost(stream));
    settle();
    CHECK_FALSE(external.streams.contains(stream));
    CHECK(used() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a rule that a worker refuses is told again until it has it") {
    internal.mood = Mood::refusing;
    REQUIRE(good(ask_offer()));
    run_until([this] { return workers->idle(); });
    CHECK(internal.in_use().empty());
    internal.mood = Mood::willing;
    for (unsigned i = 0; i < 40; ++i) tick();
    run_until([this] { return workers->idle(); });
    CHECK(internal.in_use().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "ports that there are too many of are nobody's while they are closed, too") {
    auto& local = *instance.interfaces().all()[0]->addresses[0];
    const auto before = local.pool.used();
    DarkRuns many, open;
    for (unsigned i = 0; i < 40; ++i) {
        auto pair = instance.stock().opener().reserve(local, 2);
        many.splice(many.end(), pair);
    }
    CHECK(used() == 80);
    instance.stock().opener().open(std::move(many), [&](DarkRuns got, const Status&) { open = std::move(got); });
    run_until([&] { return !open.empty(); });
    internal.mood = Mood::halted;
    instance.stock().give_back(std::move(open));
    CHECK(used() == 0);
    instance.tick();
    unsigned rounds = 0;
    run_until([&] { return ++rounds > 1; }); // the surplus is being closed at its end
    CHECK(local.pool.used() == before + 80);
    CHECK(used() == 0);
    internal.resume();
    settle();
    CHECK(local.pool.used() < before + 80);
    CHECK(used() == 0);
}

TEST_CASE_FIXTURE(Fixture, "what a request has taken in vain is in stock again") {
    auto request = offer("call");
    request.add("flags", ng::List{"fragment"});
    auto many = offer("many");
    std::string sections;
    for (unsigned i = 0; i < 60; ++i) sections += "m=audio 4000 RTP/AVP 8\r\n"; // four ports each: there are not so many
    many = ng::Dict();
    many.add("call-id", "many");
    many.add("from-tag", "a");
    many.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n" + sections);
    CHECK(ng::text_of(wait("offer", many), "error-reason") == "Ran out of ports");
    CHECK(used() == 0);
    settle();
    CHECK(good(ask_offer()));
}

TEST_CASE_FIXTURE(Fixture, "who finds no ports waits for those that others are giving back") {
    std::vector<std::string> calls;
    for (auto name = std::string("call0"); good(ask_offer(name)) || (settle(), good(ask_offer(name))); name = "call" + std::to_string(calls.size()))
        calls.push_back(name);
    REQUIRE(calls.size() > 20);
    ng::Dict request;
    request.add("call-id", calls.front());
    request.add("from-tag", "a");
    request.add("delete delay", 0);
    const auto removed = ask("delete", request);
    CHECK(good(removed)); // while its ports are open still
    const auto reply = ask_offer("another");
    CHECK_FALSE(reply->has_value());
    run_until([&] { return reply->has_value(); });
    CHECK(good(reply));
}
