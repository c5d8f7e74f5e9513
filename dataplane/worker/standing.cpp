// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/standing.h"

#include <algorithm>
#include <cerrno>

namespace rtpengine::dataplane {

using state::Path;

Standing::State Standing::state(std::uint64_t now_us) const {
    if (living_) return State::living;
    return now_us < not_before_us_ ? State::put_off : State::waiting;
}

Standing::Step Standing::look(const Wanted& wanted, const Circumstances& circumstances, std::uint64_t now_us) {
    if (const auto* rule = std::get_if<offload::Rule>(&wanted))
        return living_ ? look_living(*rule, circumstances, now_us) : look_waiting(*rule, circumstances, now_us);
    return {living_ ? Action::withdraw : Action::nothing, std::get<Path>(wanted)};
}

// Of one that was found nothing is known but its key.
bool Standing::goes_on_as(const offload::Rule& rule) const {
    return rule_.key == rule.key && (found_ || rule_.component == rule.component);
}

// A rule that changes again and again, as by a peer that sends from two places under media handover, costs more than it saves.
Standing::Step Standing::look_living(const offload::Rule& rule, const Circumstances& circumstances, std::uint64_t now_us) const {
    if (found_ && rule_.key == rule.key && circumstances.left_same) return {Action::adopt};
    if (rule_ == rule) return {Action::nothing};
    const bool secured = rule_.is_secured() || rule.is_secured(); // its indices come back first
    return {goes_on_as(rule) && may_change(now_us) && !secured ? Action::push : Action::withdraw};
}

Standing::Step Standing::look_waiting(const offload::Rule& rule, const Circumstances& circumstances, std::uint64_t now_us) {
    if (rule_ != rule) {
        rule_ = rule;
        since_us_ = now_us;
        if (why_ == Path::refused) not_before_us_ = 0;
    }
    const bool has_settled = circumstances.as_signalled || now_us - since_us_ >= settle_us;
    if (now_us < not_before_us_) return {Action::nothing, why_};
    if (circumstances.departing || !has_settled) return {Action::nothing, Path::settling};
    if (!may_change(now_us)) return {Action::nothing, Path::restless};
    if (!circumstances.budget) return {Action::nothing, Path::settling};
    return {Action::push};
}

// Packets come, but not to the rule: it is not reached, or the module is not. Or the rule sees them and leaves them to us: it
// can't reach where they shall go.
Standing::Finding Standing::measure(const Seen& now) {
    const bool to_us = measured_ && now.user != seen_.user;
    const bool handled = now.handled != seen_.handled;
    if (to_us && now.kernel == seen_.kernel) return Finding::bypassed;
    turns_passed_up_ = to_us && !handled ? std::min(turns_passed_up_ + 1, patience_turns) : 0;
    if (turns_passed_up_ == patience_turns) return Finding::passed_up;
    if (measured_ && handled) wait_us_ = first_wait_us;
    measured_ = true;
    seen_ = now;
    return Finding::fine;
}

void Standing::push_begun(std::uint64_t now_us) { paid_until_us_ = std::max(paid_until_us_, now_us) + change_us; }

void Standing::pushed(const offload::Rule& rule) {
    rule_ = rule;
    living_ = true;
    found_ = measured_ = false;
}

void Standing::found(const offload::Key& key) {
    rule_.key = key;
    living_ = found_ = true;
}

void Standing::left() {
    Standing next;
    next.wait_us_ = wait_us_;
    next.paid_until_us_ = paid_until_us_;
    next.looked_at_soon = looked_at_soon;
    *this = next;
}

void Standing::put_off(Path why, std::uint64_t now_us) {
    why_ = why;
    not_before_us_ = now_us + wait_us_;
    wait_us_ = std::min(2 * wait_us_, longest_wait_us);
}

// ESTALE: it has to be collected first, which takes no long time.
void Standing::refused(int code, std::uint64_t now_us) {
    if (code == ESTALE) return;
    why_ = Path::refused;
    not_before_us_ = now_us + (code == EEXIST ? occupied_wait_us : refused_wait_us);
}

} // namespace rtpengine::dataplane
