// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/table.h"

#include <set>

#include <doctest/doctest.h>

using namespace rtpengine::supervisor::operation;

namespace {

template <class Check> void each_kind(Check check) {
    for (int k = 0; k < kind_count; ++k) {
        const auto kind = static_cast<Kind>(k);
        CAPTURE(name(kind));
        check(kind);
    }
}

template <class Check> void each_rung(Check check) {
    each_kind([&](Kind kind) {
        for (const auto& part : parts(kind))
            for (const auto& rung : part.rungs) {
                CAPTURE(name(rung.step));
                check(part, rung);
            }
    });
}

} // namespace

TEST_CASE("every operation has steps, and each of them a deadline") {
    std::set<std::string_view> names;
    std::set<Step> steps;
    each_kind([&](Kind kind) {
        CHECK_FALSE(parts(kind).empty());
        CHECK(names.insert(name(kind)).second);
        for (const auto& part : parts(kind)) {
            CHECK(part.kind == kind);
            CHECK_FALSE(part.rungs.empty());
        }
    });
    each_rung([&](const Part&, const Rung& rung) {
        steps.insert(rung.step);
        CHECK_FALSE(name(rung.step).empty());
        if (rung.deadline_ms == as_asked) CHECK_FALSE(is_alone(rung.step)); // nobody is kept waiting for what has no end
        if (rung.deadline_ms != as_asked) CHECK(rung.deadline_ms <= 40'000);
    });
    CHECK(steps.size() == step_count);
}

TEST_CASE("a successor is given up as long as its predecessor goes on; one that has taken over is started again") {
    each_rung([](const Part& part, const Rung& rung) {
        if (rung.step == Step::standing_by || rung.step == Step::taken_over) CHECK(rung.back == Back::drop);
        if (rung.step == Step::ready) CHECK(rung.back == Back::shoot);
        if (part.each == Each::once) CHECK((rung.back == Back::none || rung.back == Back::kill)); // they are of a child
    });
}

TEST_CASE("a child is asked to end only after its successor stands by, and is waited for") {
    each_kind([](Kind kind) {
        for (const auto& part : parts(kind))
            for (std::size_t i = 0; i < part.rungs.size(); ++i) {
                if (part.rungs[i].step != Step::taken_over) continue;
                REQUIRE(i >= 2);
                CHECK(part.rungs[i - 2].step == Step::settled);
                CHECK(part.rungs[i - 1].step == Step::standing_by);
                REQUIRE(i + 1 < part.rungs.size());
                CHECK(part.rungs[i + 1].step == Step::ready);
            }
    });
}

TEST_CASE("nothing keeps the end from its end, and what is late there least of all") {
    for (const auto& part : parts(Kind::stop))
        CHECK(part.otherwise == Otherwise::go_on);
    CHECK(parts(Kind::stop).front().each == Each::control); // it must not see its workers vanish
}

TEST_CASE("a reload reads and opens before it touches anything, and tells control last") {
    const auto all = parts(Kind::reload);
    CHECK(all.front().rungs[0].step == Step::read);
    CHECK(all.front().rungs[1].step == Step::opened);
    int control = -1, changed = -1, added = -1;
    for (int i = 0; i < static_cast<int>(all.size()); ++i) {
        const auto each = all[static_cast<std::size_t>(i)].each;
        if (each == Each::control) control = i;
        if (each == Each::changed) changed = i;
        if (each == Each::added) added = i;
    }
    CHECK(added < changed);
    CHECK(changed < control);
}

TEST_CASE("what is late is said with its step") {
    CHECK(late(Step::all_ready, 20'000, "0/pub (starting)") == "not ready after 20 seconds: 0/pub (starting)");
    CHECK(late(Step::standing_by, 10'000, "") == "not standing by after 10 seconds");
}

TEST_CASE("the end is never kept waiting, and nothing begins after it") {
    each_kind([](Kind going_on) {
        CHECK(verdict(Kind::stop, false, going_on) == (going_on == Kind::stop ? Verdict::refused : Verdict::begins));
        for (const bool patient : {false, true})
            CHECK(verdict(going_on, patient, Kind::stop) == Verdict::refused);
    });
}

TEST_CASE("alone, everything begins; beside another one nothing does") {
    each_kind([](Kind asked) {
        CHECK(verdict(asked, false, std::nullopt) == Verdict::begins);
        CHECK(verdict(asked, true, std::nullopt) == Verdict::begins);
        each_kind([asked](Kind going_on) {
            if (asked != Kind::stop) CHECK(verdict(asked, false, going_on) != Verdict::begins);
            if (asked != Kind::stop && going_on != Kind::stop) CHECK(verdict(asked, true, going_on) == Verdict::waits);
        });
    });
}

TEST_CASE("what an operator has asked for is not queued behind what another one has: it says so") {
    for (const auto going_on : {Kind::start, Kind::restart, Kind::reload, Kind::upgrade})
        for (const auto asked : {Kind::restart, Kind::reload, Kind::upgrade})
            CHECK(verdict(asked, false, going_on) == Verdict::refused);
    for (const auto going_on : {Kind::drain, Kind::removal}) // over soon, and nobody knows of them
        for (const auto asked : {Kind::restart, Kind::reload, Kind::upgrade, Kind::drain})
            CHECK(verdict(asked, false, going_on) == Verdict::waits);
    for (const auto going_on : {Kind::restart, Kind::reload, Kind::upgrade, Kind::drain, Kind::removal})
        CHECK(verdict(Kind::drain, false, going_on) == Verdict::waits);
}
