// SPDX-License-Identifier: Apache-2.0
// Every operation, every step failing and every step late; without a process and without a clock.
#include "supervisor/operation/course.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "script.h"

using namespace rtpengine;
using namespace rtpengine::supervisor::operation;

namespace {

// Two children of each sort.
Script with_children() {
    Script script;
    script.names = {{Each::named, {"a", "b"}},          {Each::added, {"new1", "new2"}}, {Each::changed, {"a", "b"}},
                    {Each::control, {"control"}},       {Each::reopened, {"r1", "r2"}},  {Each::control_again, {"control"}}};
    return script;
}

// An operation that does what its script says: nothing goes wrong that isn't written there.
struct Run {
    explicit Run(Kind kind, Script with = with_children()) : script(std::move(with)), course(kind, work) {}

    Script script;
    Scripted work{script};
    Course course;
};

// All rungs in the order in which they are gone through with these children.
struct Place {
    Part part;
    Rung rung;
    std::string name;
    bool is_first = false; // of the part, for this child
};
std::vector<Place> places(Kind kind, Script& script) {
    std::vector<Place> all;
    for (const auto& part : parts(kind))
        for (const auto& name : part.each == Each::once ? std::vector<std::string>{""} : script.names[part.each])
            for (std::size_t i = 0; i < part.rungs.size(); ++i)
                all.push_back({part, part.rungs[i], name, i == 0});
    return all;
}

template <class Check> void each_place(Check check) {
    for (int k = 0; k < kind_count; ++k) {
        const auto kind = static_cast<Kind>(k);
        auto script = with_children();
        const auto all = places(kind, script);
        for (unsigned i = 0; i < all.size(); ++i) {
            CAPTURE(name(kind));
            CAPTURE(name(all[i].rung.step));
            CAPTURE(all[i].name);
            check(kind, all, i);
        }
    }
}

// Where an operation goes on after the part, and the child, that step `i` is of.
unsigned after(const std::vector<Place>& all, unsigned i) {
    for (++i; i < all.size() && !all[i].is_first;)
        ++i;
    return i;
}

// What has to be said, in its order, of an operation that something went wrong in at step `i`.
void check_way_back(const Script& script, Kind kind, const std::vector<Place>& all, unsigned i) {
    const auto& at = all[i];
    REQUIRE_FALSE(script.ways.empty());
    CHECK(script.ways[0] == at.rung.back);
    REQUIRE(script.outcomes.size() == 1);
    if (at.part.otherwise == Otherwise::go_on) {
        CHECK(script.ways.size() == 1);
        CHECK(script.outcomes[0].status);
        const auto rest = all.size() - after(all, i);
        CHECK(script.begun.size() == i + 1 + rest); // what is left of the part is left out, the rest is done
        return;
    }
    CHECK(script.begun.size() == i + 1); // nothing more is begun
    CHECK_FALSE(script.outcomes[0].status);
    CHECK(script.outcomes[0].name == at.name);
    const bool as_a_whole = back(kind) != Back::none;
    REQUIRE(script.ways.size() == (as_a_whole ? 2 : 1));
    if (as_a_whole) CHECK(script.ways[1] == back(kind));
}

} // namespace

TEST_CASE("steps are gone through in their order, child by child, and it ends once") {
    for (int k = 0; k < kind_count; ++k) {
        Run run(static_cast<Kind>(k));
        run.course.advance(7);
        const auto all = places(static_cast<Kind>(k), run.script);
        REQUIRE(run.script.begun.size() == all.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            CHECK(run.script.begun[i] == all[i].rung.step);
        CHECK(run.course.is_over());
        CHECK(run.script.ways.empty());
        REQUIRE(run.script.outcomes.size() == 1);
        CHECK(run.script.outcomes[0].status);
        run.course.advance(8);
        run.course.interrupt({"too late"});
        CHECK(run.script.outcomes.size() == 1);
    }
}

TEST_CASE("restart: one child after another, and whom it came to") {
    Run run(Kind::restart);
    run.course.advance(0);
    CHECK(run.script.log == std::vector<std::string>{"settled a", "standing by a", "taken over a", "ready a", "settled b",
                                                 "standing by b", "taken over b", "ready b"});
    CHECK(run.script.outcomes[0].done == std::vector<std::string>{"a", "b"});
}

TEST_CASE("parts that nobody is there for are left out") {
    Run run(Kind::reload, {});
    run.course.advance(0);
    CHECK(run.script.log == std::vector<std::string>{"read", "opened", "adopted", "closed", "ended", "reopened"});
    CHECK(run.script.outcomes[0].status);
}

TEST_CASE("every step that fails at once: its way back, and no step after it") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        Run run(kind);
        run.script.fails_at_once = {i};
        run.course.advance(0);
        CHECK(run.course.is_over());
        check_way_back(run.script, kind, all, i);
        if (!run.script.outcomes[0].status) CHECK(run.script.outcomes[0].status.error().message == "it failed at once"); // said in full
    });
}

TEST_CASE("every step that fails while it is waited for: the same, and the step is named") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        Run run(kind);
        run.script.fails = {i};
        run.course.advance(0);
        check_way_back(run.script, kind, all, i);
        if (!run.script.outcomes[0].status)
            CHECK(run.script.outcomes[0].status.error().message == "not " + std::string(name(all[i].rung.step)) + ": it failed");
    });
}

TEST_CASE("every step that is late: nothing before its deadline, then its way back, and the step is named") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        Run run(kind);
        run.script.is_late = {i};
        run.script.asked_ms = 5000;
        const std::uint64_t began = 1'000'000;
        const auto allowed = all[i].rung.deadline_ms == as_asked ? 5000 : all[i].rung.deadline_ms;
        run.course.advance(began);
        if (allowed != at_once) {
            CHECK_FALSE(run.course.is_over());
            CHECK(run.course.step() == all[i].rung.step);
            CHECK(run.course.name() == all[i].name);
            CHECK(run.course.due_ms() == began + allowed);
            run.course.advance(began + allowed - 1);
            CHECK(run.script.ways.empty());
            CHECK(run.script.begun.size() == i + 1); // begun once
            run.course.advance(began + allowed);
        }
        CHECK(run.course.is_over());
        check_way_back(run.script, kind, all, i);
        if (!run.script.outcomes[0].status)
            CHECK(run.script.outcomes[0].status.error().message == late(all[i].rung.step, allowed, ""));
    });
}

TEST_CASE("every step that is late and comes in time, however late it is looked at") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        if (all[i].rung.deadline_ms == at_once) return;
        Run run(kind);
        run.script.is_late = {i};
        run.course.advance(0);
        CHECK(run.script.waiting == 1);
        run.script.is_late.clear();
        run.course.advance(100'000'000); // we stood still ourselves
        CHECK(run.course.is_over());
        CHECK(run.script.outcomes[0].status);
        CHECK(run.script.begun.size() == all.size());
    });
}

TEST_CASE("the clock of a step begins with it") {
    Run run(Kind::restart);
    run.script.is_late = {1, 2};
    run.course.advance(0);
    CHECK(run.course.due_ms() == stand_by_ms);
    run.script.is_late = {2};
    run.course.advance(stand_by_ms - 1);
    CHECK(run.course.step() == Step::taken_over);
    CHECK(run.course.due_ms() == stand_by_ms - 1 + end_ms);
}

TEST_CASE("interrupted at every step: its way back, but what is just taking over is left to who ends it") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        if (all[i].rung.deadline_ms == at_once) return;
        Run run(kind);
        run.script.is_late = {i};
        run.course.advance(0);
        run.course.interrupt({"rtpengine is stopping"});
        CHECK(run.course.is_over());
        REQUIRE(run.script.outcomes.size() == 1);
        CHECK(run.script.outcomes[0].status.error().message == "rtpengine is stopping");
        const auto way = all[i].rung.back;
        CHECK(run.script.ways == (way == Back::shoot ? std::vector<Back>{} : std::vector{way}));
        run.course.advance(1);
        CHECK(run.script.begun.size() == i + 1);
    });
}

TEST_CASE("what has not begun has no way back") {
    Run run(Kind::restart);
    run.course.interrupt({"rtpengine is stopping"});
    CHECK(run.script.ways.empty());
    CHECK(run.script.outcomes.size() == 1);
}

TEST_CASE("a drain waits as long as it was asked to, and leaves the turn to others meanwhile") {
    Run run(Kind::drain);
    run.script.is_late = {5};
    run.course.advance(10);
    CHECK(run.course.step() == Step::empty);
    CHECK_FALSE(run.course.is_alone());
    CHECK(run.course.due_ms() == UINT64_MAX);
    run.course.advance(UINT64_MAX - 1);
    CHECK_FALSE(run.course.is_over());
    run.script.is_late.clear();
    run.course.advance(UINT64_MAX - 1);
    CHECK(run.script.outcomes[0].status);
}
