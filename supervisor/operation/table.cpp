// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace rtpengine::supervisor::operation {

namespace {

template <std::size_t count> using Rungs = std::array<Rung, count>;

// A child in place of another one, which goes on until its successor stands by.
constexpr Rungs<4> succession = {{
    {Step::settled, settle_ms, Back::none},
    {Step::standing_by, stand_by_ms, Back::drop},
    {Step::taken_over, end_ms, Back::drop},
    {Step::ready, ready_ms, Back::shoot},
}};
// A child that there was none of.
constexpr Rungs<2> beginning = {{
    {Step::spawned, at_once, Back::none},
    {Step::ready, ready_ms, Back::shoot},
}};
constexpr Rungs<1> ending = {{{Step::ended, end_ms, Back::none}}};

constexpr Rungs<3> starting = {{
    {Step::spawned, at_once, Back::none},
    {Step::all_ready, start_ms, Back::none},
    {Step::announced, at_once, Back::none},
}};
// All that can be refused, before anything is touched.
constexpr Rungs<3> loading = {{
    {Step::read, at_once, Back::none},
    {Step::opened, at_once, Back::none},
    {Step::adopted, at_once, Back::none},
}};
constexpr Rungs<1> closing = {{{Step::closed, at_once, Back::none}}};
constexpr Rungs<2> reopening = {{
    {Step::ended, end_ms, Back::none},
    {Step::reopened, at_once, Back::none},
}};
constexpr Rungs<1> marking = {{{Step::marked, at_once, Back::none}}};
constexpr Rungs<1> emptying = {{{Step::empty, as_asked, Back::none}}};
constexpr Rungs<1> setting_aside = {{{Step::set_aside, at_once, Back::none}}};
constexpr Rungs<4> executing = {{
    {Step::checked, at_once, Back::none},
    {Step::rehearsed, rehearse_ms, Back::kill},
    {Step::checked, at_once, Back::none},
    {Step::executed, at_once, Back::none},
}};

constexpr std::array<Part, 19> table = {{
    {Kind::start, Each::once, starting},

    {Kind::restart, Each::named, succession},

    // What was there is changed only after what is new works; control hears of neither before.
    {Kind::reload, Each::once, loading},
    {Kind::reload, Each::added, beginning},
    {Kind::reload, Each::changed, succession},
    {Kind::reload, Each::once, closing},
    {Kind::reload, Each::control, succession},
    {Kind::reload, Each::once, reopening},
    {Kind::reload, Each::reopened, beginning},
    {Kind::reload, Each::control_again, succession},

    {Kind::drain, Each::once, marking},
    {Kind::drain, Each::control, succession},
    {Kind::drain, Each::once, emptying, Otherwise::go_on},

    // It has no calls, so it goes whatever control does.
    {Kind::removal, Each::once, setting_aside},
    {Kind::removal, Each::control, succession, Otherwise::go_on},
    {Kind::removal, Each::once, ending, Otherwise::go_on},

    {Kind::upgrade, Each::once, executing},

    // Control first: it must not see its workers vanish. Nothing keeps us from the end.
    {Kind::stop, Each::control, ending, Otherwise::go_on},
    {Kind::stop, Each::once, ending, Otherwise::go_on},
}};

struct Manner {
    Kind kind;
    std::string_view name;
    Back back;
    bool is_brief; // what is asked for meanwhile waits
    bool can_wait; // it waits for whatever goes on
};

constexpr std::array<Manner, kind_count> manners = {{
    {Kind::start, "start", Back::end, false, false},
    {Kind::restart, "restart", Back::none, false, false},
    {Kind::reload, "reload", Back::give_back, false, false},
    {Kind::drain, "drain", Back::unmark, true, true},
    {Kind::removal, "removal", Back::none, true, true},
    {Kind::upgrade, "upgrade", Back::none, false, false},
    {Kind::stop, "stop", Back::none, false, false},
}};

constexpr std::array<std::string_view, step_count> step_names = {
    "spawned", "ready",    "announced", "settled", "standing by", "taken over", "ready",   "read",      "opened", "adopted",
    "closed",  "ended",    "reopened",  "marked",  "empty",       "set aside",  "checked", "rehearsed", "executed"};

const Manner& manner(Kind kind) { return manners[static_cast<std::size_t>(kind)]; }

} // namespace

std::span<const Part> parts(Kind kind) {
    const auto [first, last] = std::equal_range(table.begin(), table.end(), Part{kind, {}, {}}, [](const Part& a, const Part& b) {
        return a.kind < b.kind; // in the order of their kinds
    });
    return {first, last};
}

Back back(Kind kind) { return manner(kind).back; }

bool is_alone(Step step) { return step != Step::empty; }

std::string_view name(Kind kind) { return manner(kind).name; }
std::string_view name(Step step) { return step_names[static_cast<std::size_t>(step)]; }

std::string late(Step step, std::uint64_t after_ms, const std::string& missing) {
    return fmt::format("not {} after {} seconds{}{}", name(step), after_ms / 1000, missing.empty() ? "" : ": ", missing);
}

Verdict verdict(Kind asked, bool patient, std::optional<Kind> going_on) {
    if (!going_on) return Verdict::begins;
    if (*going_on == Kind::stop) return Verdict::refused;
    if (asked == Kind::stop) return Verdict::begins;
    if (patient) return Verdict::waits;
    if (*going_on == Kind::start) return Verdict::refused;
    return manner(*going_on).is_brief || manner(asked).can_wait ? Verdict::waits : Verdict::refused;
}

} // namespace rtpengine::supervisor::operation
