// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/course.h"

#include <fmt/format.h>

namespace rtpengine::supervisor::operation {

namespace {

std::uint64_t later(std::uint64_t from_ms, std::uint64_t by_ms) { return from_ms + by_ms < from_ms ? UINT64_MAX : from_ms + by_ms; }

} // namespace

void Course::advance(std::uint64_t now_ms) {
    while (!over_) {
        if (part_ == parts_.size()) return end({});
        if (!enter()) continue;
        if (!has_begun_) begin(now_ms);
        const auto came = look(now_ms);
        if (came && !*came) return;
        came ? next() : went_wrong(came.error());
    }
}

// False: there is nobody to do this part for.
bool Course::enter() {
    if (!names_.empty()) return true;
    names_ = part().each == Each::once ? std::vector<std::string>{""} : work_.names(part().each);
    if (names_.empty()) ++part_;
    return !names_.empty();
}

void Course::begin(std::uint64_t now_ms) {
    const auto allowed = rung().deadline_ms == as_asked ? work_.asked_ms() : rung().deadline_ms;
    has_begun_ = true;
    begun_ms_ = now_ms;
    due_ms_ = later(now_ms, allowed);
    ++steps_;
    begun_ = work_.begin(step(), name());
}

// What is there in time is not late, whoever looks late.
Result<bool> Course::look(std::uint64_t now_ms) {
    if (!begun_) return begun_.error();
    auto came = work_.came(step(), name());
    if (!came) return Error{fmt::format("not {}: {}", operation::name(step()), came.error().message), came.error().code};
    if (*came || now_ms < due_ms_) return came;
    return Error{late(step(), due_ms_ - begun_ms_, work_.missing(step(), name())), ETIMEDOUT};
}

void Course::went_wrong(const Error& why) {
    work_.back(rung().back, name(), why.message);
    if (part().otherwise == Otherwise::go_on) return next_name();
    if (const auto all = back(kind_); all != Back::none) work_.back(all, name(), why.message);
    end(why);
}

void Course::interrupt(const Error& why) {
    if (over_) return;
    const bool left_alone = !has_begun_ || rung().back == Back::shoot; // whoever interrupts us ends it in order
    if (!left_alone) work_.back(rung().back, name(), why.message);
    end(why);
}

void Course::next() {
    has_begun_ = false;
    if (++rung_ < part().rungs.size()) return;
    if (!name().empty()) done_.push_back(name());
    next_name();
}

void Course::next_name() {
    has_begun_ = false;
    rung_ = 0;
    if (++name_ < names_.size()) return;
    names_.clear();
    name_ = 0;
    ++part_;
}

void Course::end(const Status& status) {
    over_ = true;
    work_.finish({status, name(), done_});
}

} // namespace rtpengine::supervisor::operation
