// SPDX-License-Identifier: Apache-2.0
#include "dataplane/timing/wheel.h"

#include <algorithm>
#include <bit>

namespace rtpengine::timing {

// ---- places ----

void Wheel::enter(Timer& timer) {
    const auto circle = (static_cast<unsigned>(std::bit_width((timer.due_ms_ ^ now_ms_) | (places - 1))) - 1) / bits;
    const auto place = static_cast<unsigned>(timer.due_ms_ >> (circle * bits) & (places - 1));
    timer.place_ = static_cast<std::uint16_t>(circle * places + place);
    timer.link(rings_[circle][place]);
    used_[circle] |= std::uint64_t{1} << place;
}

void Wheel::leave(Timer& timer) {
    const auto circle = timer.place_ / places, place = timer.place_ % places;
    timer.unlink();
    if (!rings_[circle][place].linked()) used_[circle] &= ~(std::uint64_t{1} << place);
}

// What its place held now differs from now in lower bits.
void Wheel::spread(unsigned circle, unsigned place) {
    Link all;
    rings_[circle][place].move_all(all);
    used_[circle] &= ~(std::uint64_t{1} << place);
    while (all.linked()) {
        auto& timer = static_cast<Timer&>(*all.next());
        timer.unlink();
        enter(timer);
    }
}

// ---- time ----

unsigned Wheel::first_circle() const {
    return static_cast<unsigned>(std::find_if(used_.begin(), used_.end(), [](auto used) { return used != 0; }) - used_.begin());
}

// When the first place that holds something begins.
std::uint64_t Wheel::next() const {
    const auto circle = first_circle();
    if (circle == circles) return never;
    const auto shift = circle * bits;
    const auto common = shift + bits < 64 ? now_ms_ & ~std::uint64_t{0} << (shift + bits) : 0;
    return common | static_cast<std::uint64_t>(std::countr_zero(used_[circle])) << shift;
}

// True: somebody was called, who may have changed anything.
bool Wheel::step() {
    now_ms_ = next();
    const auto circle = first_circle(), place = static_cast<unsigned>(std::countr_zero(used_[circle]));
    if (circle) return spread(circle, place), false;
    auto& timer = static_cast<Timer&>(*rings_[circle][place].next());
    remove(timer);
    const auto expired = timer.expired_; // the timer may go meanwhile
    expired();
    return true;
}

void Wheel::turn() {
    const auto now_ms = clock_.now_ms();
    turning_ = true;
    for (unsigned calls = 0; calls < most_at_once && next() <= now_ms;) calls += step();
    turning_ = false;
    catch_up(now_ms);
    asked_ = next();
    waiting_ ? clock_.wake_at(asked_) : clock_.sleep();
}

// Nobody's place has begun since.
void Wheel::catch_up(std::uint64_t now_ms) {
    if (next() > now_ms) now_ms_ = std::max(now_ms_, now_ms);
}

void Wheel::add(Timer& timer, std::uint64_t due_ms) {
    if (timer.waits()) remove(timer);
    const auto now_ms = clock_.now_ms();
    catch_up(now_ms);
    timer.due_ms_ = std::clamp(due_ms, now_ms + 1, never - 1);
    enter(timer);
    ++waiting_;
    if (turning_ || next() >= asked_) return;
    clock_.wake_at(asked_ = next());
}

// With others left the clock wakes us for nothing, at most.
void Wheel::remove(Timer& timer) {
    leave(timer);
    if (--waiting_ || turning_) return;
    asked_ = never;
    clock_.sleep();
}

// ---- Timer ----

void Timer::start_ms(std::uint64_t after) {
    const auto now_ms = wheel_.clock_.now_ms();
    wheel_.add(*this, after < Wheel::never - now_ms ? now_ms + after : Wheel::never);
}

void Timer::start_at(std::uint64_t due_ms) { wheel_.add(*this, due_ms); }

void Timer::stop() {
    if (waits()) wheel_.remove(*this);
}

} // namespace rtpengine::timing
