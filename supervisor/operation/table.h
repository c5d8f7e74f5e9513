// SPDX-License-Identifier: Apache-2.0
// What changes what runs: which steps each operation has, in which order, how long each may take, and its way back. Pure;
// course.h goes along it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rtpengine::supervisor::operation {

enum class Kind {
    start,   // of everything
    restart, // of children, asked for
    reload,  // of the configuration
    drain,   // of an instance
    removal, // of what a reload has left and nobody uses any more
    upgrade, // of the supervisor itself
    stop,    // of everything
};
constexpr int kind_count = 7;

// Steps are named by what is true after them.
enum class Step {
    spawned,     // every child has a process
    all_ready,   // every child works
    announced,   // pidfile, parent and service manager know
    settled,     // the child isn't between two states
    standing_by, // its successor is
    taken_over,  // its predecessor is gone
    ready,       // it works
    read,        // the configuration
    opened,      // all that new instances and interfaces need
    adopted,     // the new configuration is what is wanted
    closed,      // what is to be opened again with other settings
    ended,       // processes
    reopened,
    marked,    // the instance takes no new calls, or does again
    empty,     // it has none
    set_aside, // what nobody uses any more
    checked,   // nothing is between two states
    rehearsed, // the next program understands what it would be left
    executed,
};
constexpr int step_count = 19;

// What steps are gone through for: once for the operation, or once for each of these children, all steps of one child before
// the next child.
enum class Each { once, named, added, changed, control, reopened, control_again };

// What leaves running what ran.
enum class Back {
    none,   // nothing has been touched, or nothing is to be done about it
    drop,   // the successor is given up, its predecessor goes on
    shoot,  // the process is killed, and started again by its own machine
    kill,   // the next program, which was only asked
    unmark, // the instance takes calls as it did before
    give_back, // what is closed is there as it was, or, told to end already, no longer ours: another reload opens it
    end,    // everything
};

// The operation fails, or goes on with what comes next.
enum class Otherwise { fail, go_on };

constexpr std::uint64_t at_once = 0;             // it waits for nothing
constexpr std::uint64_t as_asked = UINT64_MAX;   // by who asked for the operation
constexpr std::uint64_t start_ms = 20'000, stand_by_ms = 10'000, ready_ms = 30'000, end_ms = 10'000, rehearse_ms = 10'000;
constexpr std::uint64_t settle_ms = ready_ms + end_ms; // one that doesn't become ready is shot

struct Rung {
    Step step;
    std::uint64_t deadline_ms; // for one child, or for all at once
    Back back;
};

// Steps that belong together.
struct Part {
    Kind kind;
    Each each;
    std::span<const Rung> rungs;
    Otherwise otherwise = Otherwise::fail;
};

// In their order.
std::span<const Part> parts(Kind kind);

// The way back of an operation as a whole, after that of the step that failed.
Back back(Kind kind);

// Whether others may go on beside it.
bool is_alone(Step step);

std::string_view name(Kind kind);
std::string_view name(Step step);
// What is said of a step that is late; `missing`: what it waits for, or empty.
std::string late(Step step, std::uint64_t after_ms, const std::string& missing);

// What becomes of an operation that is asked for.
enum class Verdict { begins, waits, refused };
// `going_on`: what has the turn. `patient`: who asks can't be refused.
Verdict verdict(Kind asked, bool patient, std::optional<Kind> going_on);

} // namespace rtpengine::supervisor::operation
