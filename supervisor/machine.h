// SPDX-License-Identifier: Apache-2.0
// The life of a child process: state x event -> state, action. Pure; child.cpp does what it says.
#pragma once

#include <cstdint>
#include <string_view>

namespace rtpengine::supervisor {

enum class State {
    down,     // no process, none wanted
    starting, // a process that has not said that it is ready
    up,
    shot,     // hung: killed, not yet gone
    waiting,  // no process; one will be started when the delay is over
    retiring, // told to end; its successor stands by
    stopping, // told to end
    failed,   // no process: what it died of, a restart can't cure
};
constexpr int state_count = 8;

enum class Event {
    start,
    ready,       // a heartbeat that says so
    silent,      // no heartbeat for too long
    died,        // the process is gone, whatever the reason ...
    died_config, // ... but this one: exit code child::config_error_exit
    succeeded,   // gone, whatever the reason, and its successor goes on
    retire,      // a successor stands by
    delay_over,
    stop,
    grace_over, // told to end, and still there
};
constexpr int event_count = 10;

enum class Action {
    none,
    spawn,
    adopt,     // the successor is the process now
    announce,  // it is ready
    kill,      // SIGKILL
    terminate, // SIGTERM, and start the grace
    delay,     // start the delay before the next attempt
    give_up,
    finish, // it is down for good
};

struct Step {
    State next;
    Action action;
    bool operator==(const Step&) const = default;
};

// What is not in the table changes nothing.
Step step(State state, Event event);

bool has_process(State state);
std::string_view name(State state);

// Milliseconds before attempt number `failures` + 1: at once after the first failure, then growing, at most
// 30 s.
std::uint64_t restart_delay_ms(unsigned failures);

// After this many milliseconds of health earlier failures are forgotten.
constexpr std::uint64_t forgiven_after_ms = 60'000;

} // namespace rtpengine::supervisor
