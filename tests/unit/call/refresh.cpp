// SPDX-License-Identifier: Apache-2.0
#include "control/call/refresh.h"

#include <chrono>

#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture : WorkerFixture {
    Fixture() { set_up_call(); }
    std::size_t asked() const { return internal.refreshes.size() + external.refreshes.size(); }
    void count_in_kernel(std::uint64_t each) {
        internal.count_in_kernel(each);
        external.count_in_kernel(each);
    }
    // Milliseconds that something takes.
    template <class Do> static std::int64_t duration(Do something) {
        const auto start = std::chrono::steady_clock::now();
        something();
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
            .count();
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "of a call that isn't in the kernel nobody is asked") {
    const auto reply = ask("query", named());
    REQUIRE(reply->has_value()); // at once
    CHECK(packets(**reply) == 0);
    CHECK(packets(wait("delete", named())) == 0);
    CHECK(asked() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "query and delete have what the kernel has counted by then, for one request a worker") {
    count_in_kernel(58);
    CHECK(packets(wait("query", named())) == 116);
    count_in_kernel(60);
    CHECK(packets(wait("delete", named())) == 120);
    CHECK(instance.calls().empty());
    for (auto* worker : {&internal, &external}) {
        REQUIRE(worker->refreshes.size() == 2);
        CHECK(worker->refreshes[0].streams_size() == 2); // RTP and RTCP
    }
}

TEST_CASE_FIXTURE(Fixture, "only the worker that has some in the kernel is asked") {
    external.count_in_kernel(7);
    CHECK(packets(wait("delete", named("a"))) == 7);
    CHECK(internal.refreshes.empty());
    CHECK(external.refreshes.size() == 1);
}

TEST_CASE_FIXTURE(
    Fixture, "a worker that doesn't answer delays the report a little, and the other's figures are in it") {
    count_in_kernel(58);
    external.silent = true;
    for (const auto verb : {"query", "delete"}) {
        ng::Dict reply;
        const auto took = duration([&] { reply = wait(verb, named()); });
        CHECK(packets(reply) == 58);
        CHECK(took >= 250); // the loop's clock may be a little behind
        CHECK(took < 1000);
    }
    CHECK(external.refreshes.size() == 2);
    CHECK(instance.calls().empty());
}

TEST_CASE_FIXTURE(Fixture, "reports that are waited for at the same time each have their own deadline") {
    count_in_kernel(1);
    external.silent = true;
    std::vector<std::shared_ptr<std::optional<ng::Dict>>> replies;
    const auto took = duration([&] {
        for (int i = 0; i < 50; ++i)
            replies.push_back(ask("query", named()));
        run_until([&] { return replies.back()->has_value(); });
    });
    CHECK(took < 1000);
    for (const auto& reply : replies)
        CHECK(reply->has_value());
}

TEST_CASE_FIXTURE(Fixture, "a worker that is replaced meanwhile answers with what its successor has read") {
    count_in_kernel(58);
    external.stop();
    const auto reply = ask("query", named());
    external.start();
    run_until([&] { return reply->has_value(); });
    CHECK(packets(**reply) == 116);
}

TEST_CASE_FIXTURE(Fixture, "a call that is deleted while its query waits is not known any more") {
    count_in_kernel(1);
    external.silent = true;
    const auto query = ask("query", named());
    run_until([&] { return external.refreshes.size() == 1; });
    external.silent = false;
    CHECK(packets(wait("delete", named())) == 2);
    CHECK_FALSE(query->has_value());
    run_until([&] { return query->has_value(); });
    CHECK(ng::text_of(**query, "error-reason") == "Unknown call-id");
}

TEST_CASE_FIXTURE(Fixture, "a call doesn't time out on figures of the past") {
    count_in_kernel(5);
    uv::Timer ticks(loop, [&] { tick(); });
    ticks.start_ms(20, 20);
    run_until([&] { return asked() == 2; }); // a second after its last packet that control knows of
    count_in_kernel(0);                      // they had read others; now there are none
    run_until([&] { return instance.calls().empty(); });
    CHECK(asked() == 4);
    CHECK(instance.totals().timeout == 1);
}

TEST_CASE_FIXTURE(Fixture, "a call that nobody asks for ends with its lease, whatever packets it has; each request about it begins the lease anew") {
    count_in_kernel(5);
    auto offer = named("a");
    offer.add("to-tag", "b");
    offer.add("sdp", sdp("198.51.100.1"));
    offer.add("lease", 3600);
    exchange("offer", offer);
    const auto call = instance.find("call");
    REQUIRE(call);
    CHECK(call->lease == std::chrono::seconds(3600));
    const auto now = BootClock::now();
    call->last_signal = now + std::chrono::hours(3); // no other limit
    call->asked_for = now - std::chrono::seconds(3599);
    for (int i = 0; i < 3; ++i) tick();
    CHECK(instance.calls().size() == 1);
    wait("query", named());
    CHECK(call->asked_for >= now);
    call->asked_for = now - std::chrono::seconds(3600);
    uv::Timer ticks(loop, [&] { tick(); });
    ticks.start_ms(20, 20);
    run_until([&] { return instance.calls().empty(); });
    CHECK(instance.totals().timeout == 1);
}
