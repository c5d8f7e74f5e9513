// SPDX-License-Identifier: Apache-2.0
#include "supervisor/machine.h"

#include <algorithm>
#include <array>

namespace rtpengine::supervisor {

namespace {

struct Row {
    State state;
    Event event;
    Step step;
};

constexpr std::array<Row, 31> table = {{
    {State::down, Event::start, {State::starting, Action::spawn}},

    {State::starting, Event::ready, {State::up, Action::announce}},
    {State::starting, Event::silent, {State::shot, Action::kill}},
    {State::starting, Event::died, {State::waiting, Action::delay}},
    {State::starting, Event::died_config, {State::failed, Action::give_up}},
    {State::starting, Event::succeeded, {State::starting, Action::adopt}},
    {State::starting, Event::stop, {State::stopping, Action::terminate}},

    {State::up, Event::silent, {State::shot, Action::kill}},
    {State::up, Event::died, {State::waiting, Action::delay}},
    {State::up, Event::died_config, {State::failed, Action::give_up}},
    {State::up, Event::succeeded, {State::starting, Action::adopt}},
    {State::up, Event::retire, {State::retiring, Action::terminate}},
    {State::up, Event::stop, {State::stopping, Action::terminate}},

    {State::retiring, Event::succeeded, {State::starting, Action::adopt}},
    {State::retiring, Event::died, {State::waiting, Action::delay}},
    {State::retiring, Event::died_config, {State::waiting, Action::delay}},
    {State::retiring, Event::grace_over, {State::retiring, Action::kill}},
    {State::retiring, Event::stop, {State::stopping, Action::terminate}},

    // Its exit code was decided before it was shot; it says nothing about its configuration.
    {State::shot, Event::died, {State::waiting, Action::delay}},
    {State::shot, Event::died_config, {State::waiting, Action::delay}},
    {State::shot, Event::succeeded, {State::starting, Action::adopt}},
    {State::shot, Event::stop, {State::stopping, Action::none}},

    {State::waiting, Event::delay_over, {State::starting, Action::spawn}},
    {State::waiting, Event::start, {State::starting, Action::spawn}}, // asked for: no need to wait
    {State::waiting, Event::stop, {State::down, Action::finish}},

    {State::stopping, Event::died, {State::down, Action::finish}},
    {State::stopping, Event::died_config, {State::down, Action::finish}},
    {State::stopping, Event::grace_over, {State::stopping, Action::kill}},

    {State::failed, Event::stop, {State::down, Action::finish}},
    {State::down, Event::stop, {State::down, Action::finish}},
    {State::failed, Event::start, {State::starting, Action::spawn}}, // only when asked to
}};

} // namespace

Step step(State state, Event event) {
    const auto row = std::find_if(table.begin(), table.end(),
                                  [&](const Row& r) { return r.state == state && r.event == event; });
    return row == table.end() ? Step{state, Action::none} : row->step;
}

bool has_process(State state) {
    return state == State::starting || state == State::up || state == State::shot || state == State::retiring ||
           state == State::stopping;
}

std::string_view name(State state) {
    constexpr std::array<std::string_view, state_count> names = {"down",    "starting", "up",       "shot",
                                                                 "waiting", "retiring", "stopping", "failed"};
    return names[static_cast<std::size_t>(state)];
}

std::uint64_t restart_delay_ms(unsigned failures) {
    constexpr std::array<std::uint64_t, 7> delays = {0, 0, 100, 400, 1600, 6400, 25'600};
    return failures < delays.size() ? delays[failures] : 30'000;
}

} // namespace rtpengine::supervisor
