// SPDX-License-Identifier: Apache-2.0
// Operations asked for while others go on. Work without processes, in a loop that turns as often as it is told.
#include "supervisor/operation/operations.h"

#include <doctest/doctest.h>

#include "script.h"

using namespace rtpengine;
using namespace rtpengine::supervisor;
using namespace rtpengine::supervisor::operation;

namespace {

struct Fixture {
    Status ask(Kind kind, Script& script, bool patient = false) {
        return operations.ask(kind, std::make_unique<Scripted>(script), patient);
    }
    // Until something has been looked at; what is due in seconds isn't waited for.
    void look() {
        operations.look();
        until([] { return false; }, 20);
    }
    void until(const std::function<bool()>& wanted, std::uint64_t limit_ms = 20'000) {
        uv::Prepare reached(loop, [&] {
            if (wanted()) loop.stop();
        });
        uv::Timer limit(loop, [this] { loop.stop(); });
        limit.start_ms(limit_ms);
        loop.run();
    }

    uv::Loop loop;
    Operations operations{loop};
};

Script waits_at(unsigned nth) {
    Script script;
    script.names = {{Each::named, {"a"}}, {Each::control, {"control"}}};
    script.is_late = {nth};
    return script;
}

bool is_over(const Script& script) { return !script.outcomes.empty(); }

} // namespace

TEST_CASE("what waits for nothing is over when it was asked for") {
    Fixture f;
    Script script;
    CHECK(f.ask(Kind::reload, script));
    CHECK(is_over(script));
    CHECK_FALSE(f.operations.going_on());
    CHECK(f.operations.status().empty());
}

TEST_CASE("what goes on is shown with its step and since when, and goes on when something has changed") {
    Fixture f;
    auto script = waits_at(1);
    const auto before = shown_s(BootClock::now());
    CHECK(f.ask(Kind::restart, script));
    CHECK(f.operations.going_on() == Kind::restart);
    const auto status = f.operations.status();
    REQUIRE(status.size() == 1);
    CHECK(status[0].name == "restart");
    CHECK(status[0].step == "standing by");
    CHECK(status[0].of == "a");
    CHECK(status[0].since >= before);
    CHECK(status[0].step_since >= status[0].since);
    CHECK(status[0].step_since <= shown_s(BootClock::now()));
    script.is_late.clear();
    f.operations.look();
    f.until([&] { return is_over(script); });
    CHECK(is_over(script));
    CHECK(f.operations.status().empty());
}

TEST_CASE("refused beside another one, with what that is and where it is; nothing of it is done") {
    Fixture f;
    auto first = waits_at(1), second = waits_at(0);
    CHECK(f.ask(Kind::restart, first));
    const auto refused = f.ask(Kind::reload, second);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "a restart is going on (step 'standing by' of a): try again");
    CHECK(second.begun.empty());
    CHECK(second.outcomes.empty());
    auto upgrade = waits_at(1), third = waits_at(0);
    Fixture g;
    CHECK(g.ask(Kind::upgrade, upgrade));
    CHECK(g.ask(Kind::restart, third).error().message == "an upgrade is going on (step 'rehearsed'): try again");
    auto start = waits_at(1);
    Fixture h;
    CHECK(h.ask(Kind::start, start));
    CHECK(h.ask(Kind::drain, third).error().message == "rtpengine is starting or stopping: try again");
}

TEST_CASE("who can't be refused waits for the turn, in the order of asking") {
    Fixture f;
    auto first = waits_at(1);
    Script second, third;
    CHECK(f.ask(Kind::restart, first));
    CHECK(f.ask(Kind::reload, second, true));
    CHECK(f.ask(Kind::drain, third));
    CHECK(f.operations.waits(Kind::reload));
    CHECK(second.begun.empty());
    const auto status = f.operations.status();
    REQUIRE(status.size() == 3);
    CHECK(status[1].name == "reload");
    CHECK(status[1].step == "waiting");
    CHECK(status[2].name == "drain");
    first.is_late.clear();
    f.operations.look();
    f.until([&] { return is_over(third); });
    CHECK(is_over(second));
    CHECK(is_over(third));
    CHECK_FALSE(f.operations.waits(Kind::reload));
}

TEST_CASE("one that fails leaves the turn to the next one") {
    Fixture f;
    auto first = waits_at(1);
    Script second;
    CHECK(f.ask(Kind::restart, first));
    CHECK(f.ask(Kind::reload, second, true));
    first.fails = {1};
    f.operations.look();
    f.until([&] { return is_over(second); });
    CHECK_FALSE(first.outcomes.at(0).status);
    CHECK(second.outcomes.at(0).status);
}

TEST_CASE("a drain that waits for calls to end is beside what others ask for, and ends when its time is over") {
    Fixture f;
    auto drain = waits_at(5), restart = waits_at(1);
    drain.asked_ms = 1;
    CHECK(f.ask(Kind::drain, drain));
    CHECK_FALSE(f.operations.going_on());
    CHECK(f.ask(Kind::restart, restart));
    CHECK(f.operations.status().size() == 2);
    f.until([&] { return is_over(drain); });
    REQUIRE(is_over(drain));
    CHECK(drain.outcomes[0].status);
    CHECK_FALSE(is_over(restart));
    CHECK(f.operations.going_on() == Kind::restart);
}

TEST_CASE("the end interrupts what goes on and what is beside it, refuses what waits, and is alone from then on") {
    Fixture f;
    auto drain = waits_at(5), restart = waits_at(1), stop = waits_at(0);
    Script waiting, late;
    CHECK(f.ask(Kind::drain, drain));
    CHECK(f.ask(Kind::restart, restart));
    CHECK(f.ask(Kind::reload, waiting, true));
    CHECK(f.ask(Kind::stop, stop));
    for (const auto* script : {&drain, &restart, &waiting}) {
        REQUIRE(script->outcomes.size() == 1);
        CHECK(script->outcomes[0].status.error().message == "rtpengine is stopping");
    }
    CHECK(restart.ways == std::vector{Back::drop});
    CHECK(f.operations.going_on() == Kind::stop);
    CHECK_FALSE(f.ask(Kind::stop, late));
    CHECK_FALSE(f.ask(Kind::reload, late, true));
    CHECK_FALSE(is_over(stop));
    stop.is_late.clear();
    f.operations.look();
    f.until([&] { return is_over(stop); });
    CHECK(is_over(stop));
}

TEST_CASE("asked for by one that just ends: it comes after it") {
    struct Ends final : Work {
        Ends(Operations& all, Script& next) : operations(all), script(next) {}
        std::vector<std::string> names(Each) override { return {}; }
        Status begin(Step, const std::string&) override { return Error{"no"}; }
        Result<bool> came(Step, const std::string&) override { return true; }
        void back(Back, const std::string&, const std::string&) override {
            CHECK(operations.ask(Kind::stop, std::make_unique<Scripted>(script)));
            CHECK(script.begun.empty());
        }
        void finish(const Outcome&) override { CHECK(script.begun.empty()); }
        Operations& operations;
        Script& script;
    };
    Fixture f;
    auto stop = waits_at(0);
    stop.is_late.clear();
    CHECK(f.operations.ask(Kind::removal, std::make_unique<Ends>(f.operations, stop)));
    CHECK(is_over(stop));
}

TEST_CASE("the queue has an end") {
    Fixture f;
    auto first = waits_at(1);
    std::vector<Script> drains(65);
    CHECK(f.ask(Kind::restart, first));
    for (std::size_t i = 0; i < 64; ++i)
        CHECK(f.ask(Kind::drain, drains[i]));
    CHECK(f.ask(Kind::drain, drains[64]).error().message == "too many requests wait: try again");
    Script stop;
    CHECK(f.ask(Kind::stop, stop));
    CHECK(is_over(stop));
    CHECK(is_over(drains[63]));
    CHECK_FALSE(is_over(drains[64]));
}
