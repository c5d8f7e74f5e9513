// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/operations.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace rtpengine::supervisor::operation {

namespace {

constexpr std::size_t longest_queue = 64;

} // namespace

Operations::Operations(uv::Loop& loop)
    // What has come meanwhile is read before anything is called late.
    : loop_(loop), soon_(loop, [this] { advance(); }), due_(loop, [this] { look(); }) {}

Status Operations::ask(Kind kind, std::unique_ptr<Work> work, bool patient) {
    const auto what = verdict(kind, patient, going_on());
    if (what == Verdict::refused) return Error{busy()};
    if (kind != Kind::stop && waiting_.size() >= longest_queue) return Error{"too many requests wait: try again"};
    work->look = [this] { look(); };
    auto place = std::make_unique<Going>(kind, std::move(work));
    kind == Kind::stop ? waiting_.push_front(std::move(place)) : waiting_.push_back(std::move(place));
    if (!advancing_) advance();
    return {};
}

void Operations::look() {
    if ((!turn_ && beside_.empty()) || std::exchange(will_look_, true)) return;
    soon_.start_ms(0);
}

std::optional<Kind> Operations::going_on() const {
    if (!turn_ || turn_->course.is_over()) return std::nullopt;
    return turn_->course.kind();
}

bool Operations::waits(Kind kind) const {
    return std::any_of(waiting_.begin(), waiting_.end(), [kind](const Place& each) { return each->course.kind() == kind; });
}

// May be come to again from within the work: what is asked for there waits in the queue until this round is through.
void Operations::advance() {
    advancing_ = true;
    will_look_ = false;
    for (auto& each : beside_)
        each->advance(loop_.now_ms());
    std::erase_if(beside_, [](const Place& each) { return each->course.is_over(); });
    advance_turn();
    advancing_ = false;
    look_when_due();
}

void Operations::advance_turn() {
    for (;;) {
        if (!waiting_.empty() && waiting_.front()->course.kind() == Kind::stop) give_way();
        if (!turn_) {
            if (waiting_.empty()) return;
            turn_ = std::move(waiting_.front());
            waiting_.pop_front();
        }
        turn_->advance(loop_.now_ms());
        if (turn_->course.is_over())
            turn_.reset();
        else if (!turn_->course.is_alone())
            beside_.push_back(std::move(turn_));
        else if (waiting_.empty() || waiting_.front()->course.kind() != Kind::stop)
            return;
    }
}

// To the end of everything, which is the first in the queue.
void Operations::give_way() {
    const Error why{"rtpengine is stopping"};
    if (turn_) std::exchange(turn_, nullptr)->course.interrupt(why);
    for (auto& each : std::exchange(beside_, {}))
        each->course.interrupt(why);
    auto others = std::exchange(waiting_, {});
    waiting_.push_back(std::move(others.front()));
    others.pop_front();
    for (auto& each : others)
        each->course.interrupt(why);
}

void Operations::look_when_due() {
    auto due_ms = turn_ ? turn_->course.due_ms() : UINT64_MAX;
    for (const auto& each : beside_)
        due_ms = std::min(due_ms, each->course.due_ms());
    if (due_ms == UINT64_MAX) return due_.stop();
    due_.start_ms(due_ms - std::min(due_ms, loop_.now_ms()));
}

void Operations::Going::advance(std::uint64_t now_ms) {
    const auto before = course.steps();
    course.advance(now_ms);
    if (course.steps() != before) step_since = BootClock::now();
}

std::vector<OperationStatus> Operations::status() const {
    std::vector<OperationStatus> all;
    if (turn_) all.push_back(status(*turn_, true));
    for (const auto& each : beside_)
        all.push_back(status(*each, true));
    for (const auto& each : waiting_)
        all.push_back(status(*each, false));
    return all;
}

OperationStatus Operations::status(const Going& of, bool begun) {
    const auto& course = of.course;
    return {std::string(name(course.kind())), begun ? std::string(name(course.step())) : "waiting", begun ? course.name() : "",
            shown_s(of.since), shown_s(of.step_since)};
}

std::string Operations::busy() const {
    const auto& course = turn_->course;
    if (course.kind() == Kind::start || course.kind() == Kind::stop) return "rtpengine is starting or stopping: try again";
    return fmt::format("{} {} is going on (step '{}'{}{}): try again", course.kind() == Kind::upgrade ? "an" : "a",
                       name(course.kind()), name(course.step()), course.name().empty() ? "" : " of ", course.name());
}

} // namespace rtpengine::supervisor::operation
