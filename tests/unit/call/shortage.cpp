// SPDX-License-Identifier: Apache-2.0
// Memory that gives out for long: whoever has a turn, or waits for figures, is let go all the same.
#include "control/call/turn.h"

#include <doctest/doctest.h>

#include "control/ng/cache.h"
#include "control/ng/responder.h"
#include "tests/unit/failing_new.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

// From now on until it goes.
struct Shortage {
    explicit Shortage(std::size_t after = 0) {
        test::failures_left = SIZE_MAX;
        test::allocations_left = after + 1;
    }
    ~Shortage() { test::end_of_shortage(); }
};

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600, {3000, 60'000, 50}) { set_up_call(); }
    static ng::Dict hold() {
        auto request = named("a");
        request.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\na=inactive\r\n");
        return request;
    }
};

} // namespace

TEST_CASE("a turn that ends without memory leaves its place to who waits") {
    uv::Loop loop;
    unsigned ended = 0, done = 0;
    Turns turns(loop, [&](const auto&) {
        if (++ended == 1) (void)std::make_unique<std::string>(100, 'x'); // fails, too
    });
    const auto call = std::make_shared<Call>();
    Turn kept;
    turns.take(call, [&](const Turn& turn) { kept = turn; });
    for (int i = 0; i < 3; ++i) turns.take(call, [&](const Turn&) { ++done; });
    {
        const Shortage shortage;
        kept.reset();
    }
    loop.run();
    CHECK(done == 3);
    CHECK(ended == 4);
    CHECK_FALSE(call->busy);
}

TEST_CASE("a turn that there is no memory to begin is over, and the next one comes") {
    uv::Loop loop;
    unsigned done = 0;
    Turns turns(loop, [](const auto&) {});
    const auto call = std::make_shared<Call>();
    const Turns::Work work = [&](const Turn&) { ++done; };
    {
        const Shortage shortage;
        CHECK_THROWS_AS(turns.take(call, work), std::bad_alloc);
    }
    CHECK_FALSE(call->busy);
    CHECK(turns.take(call, work));
    CHECK(done == 1);
}

TEST_CASE("a call that there is no memory to register is found by nobody") {
    std::size_t failed = 0;
    for (std::size_t after = 0; after < 10; ++after) {
        Registry registry;
        const auto call = std::make_shared<Call>();
        call->number = 1;
        call->id = std::string(100, 'x');
        bool added = true;
        {
            const Shortage shortage(after);
            try {
                registry.add(call);
            } catch (const std::bad_alloc&) {
                added = false;
            }
        }
        failed += !added;
        CHECK(registry.contains(call->id) == added);
        CHECK(registry.size() == added);
    }
    CHECK(failed > 2);
    CHECK(failed < 10);
}

TEST_CASE("who can't be answered for want of memory is served when he asks again") {
    ng::ReplyCache cache;
    std::vector<std::string> replies;
    const auto ask = [&] {
        return cache.look_up("cookie", "body", *Address::parse("198.51.100.1"), 1, [&](std::string_view reply) { replies.emplace_back(reply); });
    };
    auto first = ask();
    REQUIRE(first);
    CHECK_FALSE(ask()); // while it is executed
    {
        ng::Responder responder([pending = *std::move(first)](ng::Reply reply) mutable { pending.finish(std::move(reply.message)); });
        first.reset();
        const auto gone = std::move(responder);
        const Shortage shortage;
        { const auto now = std::move(const_cast<ng::Responder&>(gone)); }
    }
    CHECK(replies.empty());
    auto again = ask();
    REQUIRE(again);
    again->finish("done");
    CHECK(replies == std::vector<std::string>(3, "done"));
    CHECK_FALSE(ask()); // it has been executed
    CHECK(replies.size() == 4);
}

TEST_CASE_FIXTURE(Fixture, "wherever memory gives out in a request, and for how long, nobody waits for ever for its figures") {
    for (const std::size_t failures : {1U, 3U, 1000U})
        for (std::size_t after = 1; after < 600; after += 7) {
            CAPTURE(after);
            CAPTURE(failures);
            test::failures_left = failures;
            test::allocations_left = after;
            std::shared_ptr<std::optional<ng::Dict>> reply;
            try {
                reply = ask("offer", hold());
            } catch (const std::bad_alloc&) { // the dispatcher catches it
            }
            test::end_of_shortage();
            run_until([&] { return !instance.find("call")->unbooked && !instance.find("call")->busy; });
            CHECK(ng::text_of(wait("query", named()), "result") == "ok");
        }
}
