// SPDX-License-Identifier: Apache-2.0
// A worker is killed in the middle of changing a rule, again and again: every packet is booked once.
#include <csignal>
#include <random>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/state/map.h"
#include "common/state/totals.h"
#include "dataplane/worker/kernel_counters.h"
#include "dataplane/worker/ledger.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;
using dataplane::Ledger;
using dataplane::Records;
using dataplane::RtpCounters;

namespace {

// A worker's part in it.
class Worker {
  public:
    Worker(const World& world, const Fd& state)
        : records_(open(state)), bpf_(world.maps(), std::span(records_.journal().message)), ledger_(records_) {
        ledger_.recover(bpf_);
    }

    bool push(const offload::Rule& rule) {
        const bool fresh = !bpf_.get(rule.key);
        ledger_.begin(0, fresh);
        const auto former = bpf_.push(rule, {});
        if (former) finish(*former);
        return static_cast<bool>(former);
    }
    bool withdraw(const offload::Rule& rule) {
        ledger_.begin(0, false);
        const auto final = bpf_.withdraw(rule.key);
        if (final) finish(*final);
        return static_cast<bool>(final);
    }
    std::size_t rules() {
        std::size_t count = 0;
        REQUIRE(list_all(bpf_, [&](const offload::State&) { ++count; }));
        return count;
    }
    state::View view() { return records_.writer().map().stream(0); }
    void make(std::uint64_t id) {
        REQUIRE(records_.prepare(1, 0, 0));
        records_.make(0, id).id.set(id);
    }

  private:
    void finish(const std::optional<offload::Former>& former) {
        ledger_.finish(rtp_, former ? std::optional(former->state) : std::nullopt);
    }
    static Records open(const Fd& state) {
        auto records = Records::open({state.get(), {-1}}, 0);
        REQUIRE(records);
        return *std::move(records);
    }

    Records records_;
    offload::Bpf bpf_;
    Ledger ledger_;
    RtpCounters rtp_;
};

// Changes the rule until it is killed. The pipe says that it has begun.
[[noreturn]] void change_for_ever(const World& world, const Fd& state, offload::Rule rule, int begun) {
    Worker worker(world, state);
    if (write(begun, "x", 1) != 1) _exit(1);
    for (unsigned i = 0;; ++i) {
        rule.destinations[0].tos = static_cast<std::uint8_t>(i);
        rule.destinations.resize(1 + i % 2, rule.destinations[0]);
        if (i % 3 == 2 ? !worker.withdraw(rule) : !worker.push(rule)) _exit(1);
    }
}

} // namespace

TEST_CASE("killed at any moment, a worker loses no count and leaves nothing behind") {
    World world(20'000); // what the killed ones removed rests there
    const auto state = *state::Map::create(1);
    const auto rule = world.rule();
    Worker(world, state).make(rule.key.id);
    std::mt19937 random(11);
    std::uint64_t sent = 0;
    std::uint16_t number = 0;
    for (int round = 0; round < 150; ++round) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        const pid_t child = fork();
        if (child == 0) change_for_ever(world, state, rule, ends[1]);
        char begun = 0;
        REQUIRE(read(ends[0], &begun, 1) == 1);
        usleep(random() % 300); // any moment
        kill(child, SIGKILL);
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        close(ends[0]), close(ends[1]);
        for (int i = 0; i < 3; ++i) // through what the killed one left
            sent += world.run(Packet{world.peer, world.port, rtp_of(++number)}).verdict == redirected;
        Worker successor(world, state);
        CHECK(successor.rules() <= 1);
        REQUIRE(successor.push(rule));
        for (int i = 0; i < 3; ++i)
            sent += world.run(Packet{world.peer, world.port, rtp_of(++number)}).verdict == redirected;
    }
    Worker last(world, state);
    REQUIRE(last.withdraw(rule));
    CHECK(sent >= 450);
    CHECK(state::total_in(last.view()).packets == sent);
    CHECK(state::total_in(last.view()).bytes == sent * 172);
    CHECK(last.rules() == 0);
}
