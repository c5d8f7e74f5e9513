// SPDX-License-Identifier: Apache-2.0
#include "supervisor/machine.h"

#include <set>

#include <doctest/doctest.h>

using namespace rtpengine::supervisor;

namespace {

template <class Check> void each_row(Check check) {
    for (int s = 0; s < state_count; ++s)
        for (int e = 0; e < event_count; ++e) {
            const auto state = static_cast<State>(s);
            const auto event = static_cast<Event>(e);
            CAPTURE(name(state));
            CAPTURE(e);
            check(state, event, step(state, event));
        }
}

constexpr std::string_view names[] = {"down", "starting", "up", "shot", "waiting", "retiring", "stopping", "failed"};

} // namespace

TEST_CASE("no row starts a second process, or signals one that is not there") {
    each_row([](State state, Event event, Step to) {
        if (to.action == Action::spawn) {
            CHECK_FALSE(has_process(state));
            CHECK(to.next == State::starting);
        }
        if (to.action == Action::kill || to.action == Action::terminate) CHECK(has_process(state));
        const bool ends = event == Event::died || event == Event::died_config;
        if (ends && has_process(state)) CHECK_FALSE(has_process(to.next));
        if (!ends && has_process(state)) CHECK(has_process(to.next)); // only a death takes it away
        if (!has_process(state) && has_process(to.next)) CHECK(to.action == Action::spawn);
    });
}

TEST_CASE("what is told to stop never comes back") {
    each_row([](State state, Event event, Step to) {
        if (event == Event::stop) CHECK((to.next == State::down || to.next == State::stopping));
        if (state == State::stopping) CHECK((to.next == State::stopping || to.next == State::down));
        if (to.next == State::down && state != State::down) CHECK(to.action == Action::finish);
    });
}

TEST_CASE("every state is left by stop and a death, and only start leaves down") {
    each_row([](State state, Event event, Step to) {
        if (state == State::down && event != Event::start) CHECK(to.next == State::down);
        if (event == Event::stop && has_process(state)) CHECK(step(to.next, Event::died).next == State::down);
    });
}

TEST_CASE("a configuration error is final, any other death is followed by a delay") {
    for (const auto state : {State::starting, State::up}) {
        CHECK(step(state, Event::died_config) == Step{State::failed, Action::give_up});
        CHECK(step(state, Event::died) == Step{State::waiting, Action::delay});
    }
    each_row([](State state, Event event, Step to) {
        if (state == State::failed && event != Event::stop && event != Event::start)
            CHECK(to == Step{State::failed, Action::none});
    });
    CHECK(step(State::failed, Event::start) == Step{State::starting, Action::spawn}); // somebody asked for it
    CHECK(step(State::waiting, Event::delay_over) == Step{State::starting, Action::spawn});
}

TEST_CASE("a hung child is killed once, and started again when it is gone") {
    for (const auto state : {State::starting, State::up})
        CHECK(step(state, Event::silent) == Step{State::shot, Action::kill});
    CHECK(step(State::shot, Event::silent).action == Action::none);
    CHECK(step(State::shot, Event::ready).next == State::shot);
    CHECK(step(State::shot, Event::died) == Step{State::waiting, Action::delay});
    CHECK(step(State::stopping, Event::grace_over) == Step{State::stopping, Action::kill});
}

TEST_CASE("a successor takes over from whatever was there, and only a working process is asked to retire") {
    CHECK(step(State::up, Event::retire) == Step{State::retiring, Action::terminate});
    CHECK(step(State::retiring, Event::grace_over) == Step{State::retiring, Action::kill});
    CHECK(step(State::retiring, Event::died) == Step{State::waiting, Action::delay}); // the successor was gone by then
    each_row([](State state, Event event, Step to) {
        if (event == Event::retire && state != State::up) CHECK(to == Step{state, Action::none});
        if (to.action == Action::adopt) CHECK(event == Event::succeeded);
    });
    for (const auto state : {State::starting, State::up, State::shot, State::retiring})
        CHECK(step(state, Event::succeeded) == Step{State::starting, Action::adopt});
    CHECK(step(State::stopping, Event::succeeded) == Step{State::stopping, Action::none});
}

TEST_CASE("ready is announced once") {
    CHECK(step(State::starting, Event::ready) == Step{State::up, Action::announce});
    CHECK(step(State::up, Event::ready) == Step{State::up, Action::none});
}

TEST_CASE("every state has a name of its own") {
    std::set<std::string_view> seen;
    for (int s = 0; s < state_count; ++s) {
        CHECK(name(static_cast<State>(s)) == names[s]);
        CHECK(seen.insert(name(static_cast<State>(s))).second);
    }
}

TEST_CASE("the delay: none after the first failure, then growing, never more than 30 seconds") {
    CHECK(restart_delay_ms(1) == 0);
    CHECK(restart_delay_ms(2) == 100);
    for (unsigned n = 2; n < 10; ++n)
        CHECK(restart_delay_ms(n) <= restart_delay_ms(n + 1));
    CHECK(restart_delay_ms(7) == 30'000);
    CHECK(restart_delay_ms(4'000'000'000) == 30'000);
}
