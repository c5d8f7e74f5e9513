// SPDX-License-Identifier: Apache-2.0
#include "control/call/turn.h"

#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <pthread.h>

#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Bench {
    uv::Loop loop;
    unsigned ended = 0;
    Turns turns{loop, [this](const auto&) { ++ended; }};
    std::shared_ptr<Call> call = std::make_shared<Call>();
};

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600) {}
    static ng::Dict offer() {
        auto dict = named("a");
        dict.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n");
        return dict;
    }
    std::shared_ptr<std::optional<ng::Dict>> ask_offer() {
        return ask("offer", offer());
    }
};

std::string_view result(const std::shared_ptr<std::optional<ng::Dict>>& reply) { return ng::text_of(**reply, "result"); }

} // namespace

TEST_CASE("a turn ends with its last copy, and the next one comes from the loop") {
    Bench bench;
    std::vector<int> order;
    Turn kept;
    CHECK(bench.turns.take(bench.call, [&](const Turn& turn) { order.push_back(1), kept = turn; }));
    CHECK(bench.turns.take(bench.call, [&](const Turn&) { order.push_back(2); }));
    bench.loop.run();
    CHECK(order == std::vector{1}); // somebody has it
    kept.reset();
    CHECK(order == std::vector{1}); // not on the stack of who ended it
    bench.loop.run();
    CHECK(order == std::vector{1, 2});
    CHECK(bench.ended == 2);
    CHECK_FALSE(bench.call->busy);
}

TEST_CASE("a queue without an end leaves others their turn") {
    Bench bench;
    unsigned left = 1'000'000, ticks = 0;
    uv::Timer tick(bench.loop, [&] {
        if (++ticks == 3) bench.loop.stop();
    });
    std::function<void(const Turn&)> next = [&](const Turn&) {
        --left ? void(bench.turns.take(bench.call, next)) : bench.loop.stop();
    };
    Turn kept;
    bench.turns.take(bench.call, [&](const Turn& turn) { kept = turn; });
    bench.turns.take(bench.call, next);
    tick.start_ms(1, 1);
    kept.reset();
    bench.loop.run();
    CHECK(ticks == 3);
    CHECK(left > 0);
}

TEST_CASE("an exception ends its own turn and no other") {
    Bench bench;
    unsigned done = 0;
    for (int i = 0; i < 4; ++i)
        bench.turns.take(bench.call, [&, i](const Turn&) {
            if (i % 2 == 0) throw std::runtime_error("broken");
            ++done;
        });
    bench.loop.run();
    CHECK(done == 2);
    CHECK(bench.ended == 4);
    CHECK_FALSE(bench.call->busy);
}

TEST_CASE("a long queue needs no stack, and a longer one is refused") {
    Bench bench;
    Turn kept;
    bench.turns.take(bench.call, [&](const Turn& turn) { kept = turn; });
    unsigned done = 0, taken = 0;
    while (bench.turns.take(bench.call, [&](const Turn&) { ++done; })) REQUIRE(++taken < 10'000);
    CHECK(taken >= 100);
    // Each one queues another in its turn: 20,000 in a row.
    unsigned chain = 20'000;
    std::function<void(const Turn&)> next = [&](const Turn&) {
        if (--chain) bench.turns.take(bench.call, next);
    };
    kept.reset();
    const auto small_stack = [&] {
        bench.loop.run();
        bench.turns.take(bench.call, next);
        bench.loop.run();
    };
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    pthread_t thread;
    auto work = std::function<void()>(small_stack);
    REQUIRE(pthread_create(&thread, &attributes, [](void* data) -> void* { return (*static_cast<std::function<void()>*>(data))(), nullptr; }, &work) == 0);
    pthread_join(thread, nullptr);
    CHECK(done == taken);
    CHECK(chain == 0);
}

TEST_CASE("a turn may outlive who gave it") {
    Turn kept;
    {
        Bench bench;
        bench.turns.take(bench.call, [&](const Turn& turn) { kept = turn; });
    }
    kept.reset();
}

TEST_CASE_FIXTURE(Fixture, "an offer that waits behind the deletion of its call makes another call") {
    REQUIRE(ask_offer());
    run_until([this] { return !instance.calls().find("call")->busy; });
    const auto number = instance.calls().find("call")->number;
    internal.mood = PlayedWorker::Mood::halted; // so the deletion takes a while
    const auto deletion = ask("delete", named("a"));
    const auto offer = ask_offer(), query = ask("query", named());
    internal.resume();
    run_until([&] { return deletion->has_value() && offer->has_value(); });
    CHECK(result(deletion) == "ok");
    CHECK(result(offer) == "ok");
    REQUIRE(instance.calls().size() == 1);
    CHECK(instance.calls().find("call")->number != number);
}

TEST_CASE_FIXTURE(Fixture, "requests beyond what can wait for one call are refused, the others are answered") {
    internal.mood = PlayedWorker::Mood::halted;
    std::vector<std::shared_ptr<std::optional<ng::Dict>>> replies;
    for (int i = 0; i < 2000; ++i) replies.push_back(ask_offer());
    const auto refused = std::count_if(replies.begin(), replies.end(), [](const auto& reply) { return reply->has_value(); });
    CHECK(refused > 1000);
    CHECK(refused < 1999);
    internal.resume();
    run_until([&] { return std::all_of(replies.begin(), replies.end(), [](const auto& reply) { return reply->has_value(); }); });
    CHECK(std::count_if(replies.begin(), replies.end(), [](const auto& reply) { return result(reply) == "ok"; }) == 2000 - refused);
    CHECK(instance.calls().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what a request that fails has made is gone, and a call without anything in it too") {
    external.mood = internal.mood = PlayedWorker::Mood::refusing;
    const auto reply = ask_offer();
    run_until([&] { return reply->has_value(); });
    CHECK(ng::text_of(**reply, "error-reason") == "out of something");
    CHECK(instance.calls().empty());
    run_until([this] { return workers->idle(); });
    for (const auto& interface : instance.interfaces().all())
        for (const auto& local : interface->addresses) CHECK(local->pool.used() == 0);
}
