// SPDX-License-Identifier: Apache-2.0
// Very many requests wait for a worker, or for their turn: what becomes of them is done in pieces.
#include <chrono>

#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

constexpr unsigned requests = 300;

// What an answer leads to.
void work() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
    while (std::chrono::steady_clock::now() < end) {}
}

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600) {
        set_up_call();
        run_until([this] { return workers->idle(); }); // the stock is full again
    }

    worker::Done done() {
        return [this](const worker::Results& results) {
            work();
            ++answered;
            failed += !results;
            for (const auto* result : results ? *results : std::vector<const link::StreamResult*>{})
                refused.push_back(result->stream());
        };
    }
    void update(link::ToWorker message = {}) {
        message.mutable_request()->mutable_update();
        workers->update(1, message, patience_ms, done());
    }
    // The most that were answered in one turn of the loop; `work` costs twenty times what a turn has for all of them.
    unsigned most_in_a_turn() {
        unsigned most = 0, before = answered;
        uv::Prepare look(loop, [&] {
            most = std::max(most, answered - before);
            before = answered;
        });
        run_until([&] { return answered == requests; });
        return most;
    }

    std::uint64_t patience_ms = 60'000;
    unsigned answered = 0, failed = 0;
    std::vector<std::uint64_t> refused;
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "those that a worker doesn't answer in time fail in pieces") {
    external.mood = PlayedWorker::Mood::halted;
    patience_ms = 20;
    for (unsigned i = 0; i < requests; ++i) update();
    CHECK(most_in_a_turn() < requests / 4);
    CHECK(failed == requests);
    run_until([this] { return workers->idle(); }); // the stock asks, too
}

TEST_CASE_FIXTURE(Fixture, "those that its successor answers by what it was told are answered in pieces, each with its own results") {
    external.mood = PlayedWorker::Mood::halted;
    const auto stream = external.in_use().begin()->first;
    for (unsigned i = 1; i < requests; ++i) update();
    link::ToWorker message;
    message.mutable_request()->mutable_update()->add_set()->set_id(stream);
    update(std::move(message));
    external.stop();
    external.mood = PlayedWorker::Mood::refusing;
    external.start();
    CHECK(most_in_a_turn() < requests / 4);
    CHECK(failed == 0);
    CHECK(refused == std::vector{stream}); // and not the call's others, which the successor refused, too
    run_until([this] { return workers->idle(); }); // the stock asks, too
}

TEST_CASE_FIXTURE(Fixture, "one that comes while others are being answered is none of them") {
    external.mood = PlayedWorker::Mood::halted;
    for (unsigned i = 1; i < requests; ++i) update();
    external.stop();
    external.mood = PlayedWorker::Mood::willing;
    external.start();
    run_until([this] { return answered > 0; });
    REQUIRE(answered < requests - 1);
    update();
    run_until([this] { return answered == requests; });
    CHECK(failed == 0);
    run_until([this] { return workers->idle(); }); // the stock asks, too
}

TEST_CASE_FIXTURE(Fixture, "turns that end at the same time let those begin that waited for them, in pieces") {
    unsigned begun = 0, most = 0, before = 0;
    Turns turns(loop, [](const auto&) {});
    std::vector<Turn> kept;
    std::vector<std::shared_ptr<Call>> calls;
    for (unsigned i = 0; i < requests; ++i) {
        calls.push_back(std::make_shared<Call>());
        turns.take(calls.back(), [&](const Turn& turn) { kept.push_back(turn); });
        turns.take(calls.back(), [&](const Turn&) { work(), ++begun; });
    }
    CHECK(begun == 0);
    kept.clear();
    uv::Prepare look(loop, [&] {
        most = std::max(most, begun - before);
        before = begun;
    });
    run_until([&] { return begun == requests; });
    CHECK(most < requests / 4);
}
