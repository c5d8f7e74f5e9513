// SPDX-License-Identifier: Apache-2.0
// Where a stream stands, by table: what it was, what happens, what is to be done.
#include "dataplane/worker/standing.h"

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::dataplane;
using state::Path;
using Action = Standing::Action;
using State = Standing::State;
using Step = Standing::Step;
using Finding = Standing::Finding;

namespace {

constexpr std::uint64_t second = 1'000'000, start = 100 * second;

offload::Rule rule(std::uint8_t tos = 0) {
    offload::Rule made;
    made.key = {5, *Endpoint::parse("192.0.2.1:30000")};
    made.component = flow::Component::rtp;
    made.destinations.push_back({6, made.key.local, *Endpoint::parse("198.51.100.1:4000"), true, false, false, tos});
    return made;
}

offload::Rule of_another_kind() {
    auto made = rule();
    made.component = flow::Component::muxed;
    return made;
}

// ---- what a stream has gone through ----

using History = std::function<void(Standing&)>;

void nothing(Standing&) {}
void seen_waiting(Standing& s) { (void)s.look(rule(), {}, start); }
void lives(Standing& s) {
    s.push_begun(start);
    s.pushed(rule());
}
void found(Standing& s) { s.found(rule().key); }
void spent(Standing& s) { // all that it may cost
    for (unsigned n = 0; n < Standing::changes_at_once; ++n) s.push_begun(start);
}
void lives_and_spent(Standing& s) {
    spent(s);
    s.pushed(rule());
}
void was_refused(Standing& s) {
    seen_waiting(s);
    s.refused(EOPNOTSUPP, start);
}
void was_occupied(Standing& s) {
    seen_waiting(s);
    s.refused(EEXIST, start);
}
void was_stale(Standing& s) {
    seen_waiting(s);
    s.refused(ESTALE, start);
}
void was_bypassed(Standing& s) {
    lives(s);
    s.left();
    s.put_off(Path::bypassed, start);
}
void was_bypassed_twice(Standing& s) {
    was_bypassed(s);
    s.put_off(Path::bypassed, start);
}

// ---- circumstances ----

constexpr Standing::Circumstances plain{}, signalled{.as_signalled = true},
    collecting{.as_signalled = true, .departing = true}, no_budget{.as_signalled = true, .budget = false},
    left_same{.left_same = true};

struct Row {
    const char* what;
    History history;
    Standing::Wanted wanted;
    Standing::Circumstances circumstances;
    std::uint64_t after; // `start`
    Step step;
};

const Step push{Action::push}, withdraw{Action::withdraw}, stays{};
Step no(Path why) { return {Action::nothing, why}; }

const std::vector<Row> rows = {
    {"not eligible", nothing, Path::no_packets, plain, 0, no(Path::no_packets)},
    {"as signalled: at once", nothing, rule(), signalled, 0, push},
    {"from elsewhere: not yet", seen_waiting, rule(), plain, Standing::settle_us - 1, no(Path::settling)},
    {"the same for two seconds", seen_waiting, rule(), plain, Standing::settle_us, push},
    {"another one begins anew", seen_waiting, rule(4), plain, Standing::settle_us, no(Path::settling)},
    {"what it had is not collected", nothing, rule(), collecting, 0, no(Path::settling)},
    {"the tick has given enough", nothing, rule(), no_budget, 0, no(Path::settling)},
    {"it has cost too much", spent, rule(), signalled, 0, no(Path::restless)},
    {"which is paid in time", spent, rule(), signalled, Standing::change_us, push},

    {"lives, the same", lives, rule(), plain, 0, stays},
    {"lives, another", lives, rule(4), plain, 0, push},
    {"lives, another, no budget: a wrong rule can't wait", lives, rule(4), no_budget, 0, push},
    {"lives, no more eligible", lives, Path::held, plain, 0, {Action::withdraw, Path::held}},
    {"lives, of another kind: can't be replaced", lives, of_another_kind(), plain, 0, withdraw},
    {"lives, changes too often", lives_and_spent, rule(4), plain, 0, withdraw},

    {"found, the same", found, rule(), left_same, 0, {Action::adopt}},
    {"found, another", found, rule(), plain, 0, push},
    {"found, no more eligible", found, Path::dropped, plain, 0, {Action::withdraw, Path::dropped}},

    {"refused: for a minute", was_refused, rule(), signalled, Standing::refused_wait_us - 1, no(Path::refused)},
    {"refused: then again", was_refused, rule(), plain, Standing::refused_wait_us, push},
    {"refused: another rule may do", was_refused, rule(4), signalled, 0, push},
    {"its port is occupied", was_occupied, rule(), signalled, Standing::occupied_wait_us - 1, no(Path::refused)},
    {"and then free", was_occupied, rule(), signalled, Standing::occupied_wait_us, push},
    {"its counters are of other destinations: no reason to wait", was_stale, rule(), signalled, 0, push},
    {"bypassed", was_bypassed, rule(), signalled, Standing::first_wait_us - 1, no(Path::bypassed)},
    {"bypassed: another rule is no better", was_bypassed, rule(4), signalled, 0, no(Path::bypassed)},
    {"bypassed: again", was_bypassed, rule(), signalled, Standing::first_wait_us, push},
    {"bypassed twice: for longer", was_bypassed_twice, rule(), signalled, 2 * Standing::first_wait_us - 1, no(Path::bypassed)},
    {"bypassed twice: again", was_bypassed_twice, rule(), signalled, 2 * Standing::first_wait_us, push},
};

} // namespace

TEST_CASE("what is to be done with a stream") {
    for (const auto& row : rows) {
        CAPTURE(row.what);
        Standing standing;
        row.history(standing);
        CHECK(standing.look(row.wanted, row.circumstances, start + row.after) == row.step);
    }
}

TEST_CASE("the states of a stream") {
    const std::vector<std::pair<History, State>> states = {
        {nothing, State::waiting},       {seen_waiting, State::waiting},  {lives, State::living},
        {found, State::living},          {was_refused, State::put_off},   {was_stale, State::waiting},
        {was_bypassed, State::put_off},
    };
    for (const auto& [history, expected] : states) {
        Standing standing;
        history(standing);
        CHECK(standing.state(start) == expected);
        CHECK(standing.living() == (expected == State::living));
    }
}

TEST_CASE("what a turn of a living rule shows") {
    struct Turn {
        Standing::Seen seen;
        Finding finding;
    };
    const std::vector<std::vector<Turn>> lives_of_rules = {
        // kernel, handled, user
        {{{0, 0, 1}, Finding::fine}, {{0, 0, 1}, Finding::fine}},                                     // silence
        {{{0, 0, 1}, Finding::fine}, {{9, 9, 1}, Finding::fine}, {{9, 9, 2}, Finding::bypassed}},     // the netfilter rule went
        {{{5, 5, 1}, Finding::fine}, {{9, 9, 3}, Finding::fine}, {{19, 19, 9}, Finding::fine}},       // some come up beside
        {{{1, 0, 1}, Finding::fine}, {{2, 0, 2}, Finding::fine}, {{3, 0, 3}, Finding::fine}, {{4, 0, 4}, Finding::passed_up},
         {{5, 0, 5}, Finding::passed_up}},                                                            // until it is withdrawn
        {{{1, 0, 1}, Finding::fine}, {{2, 0, 2}, Finding::fine}, {{3, 1, 3}, Finding::fine}, {{4, 1, 4}, Finding::fine}},
        {{{0, 0, 7}, Finding::fine}}, // what came before the rule says nothing
    };
    for (const auto& life : lives_of_rules) {
        Standing standing;
        lives(standing);
        for (const auto& turn : life) CHECK(standing.measure(turn.seen) == turn.finding);
    }
}

TEST_CASE("who is put off waits longer every time, up to a minute, until the kernel has forwarded again") {
    Standing standing;
    const auto wait = [&] {
        standing.put_off(Path::bypassed, start);
        std::uint64_t seconds = 0;
        while (standing.state(start + seconds * second) == State::put_off) ++seconds;
        return seconds;
    };
    for (const unsigned expected : {5, 10, 20, 40, 60, 60}) CHECK(wait() == expected);
    standing.pushed(rule());
    CHECK(standing.measure({1, 1, 0}) == Finding::fine);
    standing.left();
    CHECK(wait() == 60); // one turn alone shows nothing
    standing.pushed(rule());
    CHECK(standing.measure({1, 1, 0}) == Finding::fine);
    CHECK(standing.measure({2, 2, 0}) == Finding::fine);
    standing.left();
    CHECK(wait() == 5);
}
