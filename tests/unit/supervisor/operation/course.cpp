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
        auto script = with_children();
        Scripted work(script);
        Course course(static_cast<Kind>(k), work);
        course.advance(7);
        const auto all = places(static_cast<Kind>(k), script);
        REQUIRE(script.begun.size() == all.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            CHECK(script.begun[i] == all[i].rung.step);
        CHECK(course.is_over());
        CHECK(script.ways.empty());
        REQUIRE(script.outcomes.size() == 1);
        CHECK(script.outcomes[0].status);
        course.advance(8);
        course.interrupt({"too late"});
        CHECK(script.outcomes.size() == 1);
    }
}

TEST_CASE("restart: one child after another, and whom it came to") {
    auto script = with_children();
    Scripted work(script);
    Course(Kind::restart, work).advance(0);
    CHECK(script.log == std::vector<std::string>{"settled a", "standing by a", "taken over a", "ready a", "settled b",
                                                 "standing by b", "taken over b", "ready b"});
    CHECK(script.outcomes[0].done == std::vector<std::string>{"a", "b"});
}

TEST_CASE("parts that nobody is there for are left out") {
    Script script;
    Scripted work(script);
    Course(Kind::reload, work).advance(0);
    CHECK(script.log == std::vector<std::string>{"read", "opened", "adopted", "closed", "ended", "reopened"});
    CHECK(script.outcomes[0].status);
}

TEST_CASE("every step that fails at once: its way back, and no step after it") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        auto script = with_children();
        script.fails_at_once = {i};
        Scripted work(script);
        Course course(kind, work);
        course.advance(0);
        CHECK(course.is_over());
        check_way_back(script, kind, all, i);
        if (!script.outcomes[0].status) CHECK(script.outcomes[0].status.error().message == "it failed at once"); // said in full
    });
}

TEST_CASE("every step that fails while it is waited for: the same, and the step is named") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        auto script = with_children();
        script.fails = {i};
        Scripted work(script);
        Course course(kind, work);
        course.advance(0);
        check_way_back(script, kind, all, i);
        if (!script.outcomes[0].status)
            CHECK(script.outcomes[0].status.error().message == "not " + std::string(name(all[i].rung.step)) + ": it failed");
    });
}

TEST_CASE("every step that is late: nothing before its deadline, then its way back, and the step is named") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        auto script = with_children();
        script.is_late = {i};
        script.asked_ms = 5000;
        Scripted work(script);
        Course course(kind, work);
        const std::uint64_t began = 1'000'000;
        const auto allowed = all[i].rung.deadline_ms == as_asked ? 5000 : all[i].rung.deadline_ms;
        course.advance(began);
        if (allowed != at_once) {
            CHECK_FALSE(course.is_over());
            CHECK(course.step() == all[i].rung.step);
            CHECK(course.name() == all[i].name);
            CHECK(course.due_ms() == began + allowed);
            course.advance(began + allowed - 1);
            CHECK(script.ways.empty());
            CHECK(script.begun.size() == i + 1); // begun once
            course.advance(began + allowed);
        }
        CHECK(course.is_over());
        check_way_back(script, kind, all, i);
        if (!script.outcomes[0].status)
            CHECK(script.outcomes[0].status.error().message == late(all[i].rung.step, allowed, ""));
    });
}

TEST_CASE("every step that is late and comes in time, however late it is looked at") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        if (all[i].rung.deadline_ms == at_once) return;
        auto script = with_children();
        script.is_late = {i};
        Scripted work(script);
        Course course(kind, work);
        course.advance(0);
        CHECK(script.waiting == 1);
        script.is_late.clear();
        course.advance(100'000'000); // we stood still ourselves
        CHECK(course.is_over());
        CHECK(script.outcomes[0].status);
        CHECK(script.begun.size() == all.size());
    });
}

TEST_CASE("the clock of a step begins with it") {
    auto script = with_children();
    script.is_late = {1, 2};
    Scripted work(script);
    Course course(Kind::restart, work);
    course.advance(0);
    CHECK(course.due_ms() == stand_by_ms);
    script.is_late = {2};
    course.advance(stand_by_ms - 1);
    CHECK(course.step() == Step::taken_over);
    CHECK(course.due_ms() == stand_by_ms - 1 + end_ms);
}

TEST_CASE("interrupted at every step: its way back, but what is just taking over is left to who ends it") {
    each_place([](Kind kind, const std::vector<Place>& all, unsigned i) {
        if (all[i].rung.deadline_ms == at_once) return;
        auto script = with_children();
        script.is_late = {i};
        Scripted work(script);
        Course course(kind, work);
        course.advance(0);
        course.interrupt({"rtpengine is stopping"});
        CHECK(course.is_over());
        REQUIRE(script.outcomes.size() == 1);
        CHECK(script.outcomes[0].status.error().message == "rtpengine is stopping");
        const auto way = all[i].rung.back;
        CHECK(script.ways == (way == Back::shoot ? std::vector<Back>{} : std::vector{way}));
        course.advance(1);
        CHECK(script.begun.size() == i + 1);
    });
}

TEST_CASE("what has not begun has no way back") {
    auto script = with_children();
    Scripted work(script);
    Course course(Kind::restart, work);
    course.interrupt({"rtpengine is stopping"});
    CHECK(script.ways.empty());
    CHECK(script.outcomes.size() == 1);
}

TEST_CASE("a drain waits as long as it was asked to, and leaves the turn to others meanwhile") {
    auto script = with_children();
    script.is_late = {5};
    Scripted work(script);
    Course course(Kind::drain, work);
    course.advance(10);
    CHECK(course.step() == Step::empty);
    CHECK_FALSE(course.is_alone());
    CHECK(course.due_ms() == UINT64_MAX);
    course.advance(UINT64_MAX - 1);
    CHECK_FALSE(course.is_over());
    script.is_late.clear();
    course.advance(UINT64_MAX - 1);
    CHECK(script.outcomes[0].status);
}
