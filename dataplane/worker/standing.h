// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include "common/state/path.h"
#include "dataplane/offload/rule.h"

namespace rtpengine::dataplane {

// Where a stream stands between userspace and the kernel, and what is to be done next. Pure: others do it, and tell what came of
// it. Times are µs of CLOCK_BOOTTIME.
class Standing {
  public:
    static constexpr std::uint64_t settle_us = 2'000'000; // nothing may have changed for so long, unless SDP told the source
    // What a stream may cost the kernel: a change of its rule in change_us, that many at once.
    static constexpr std::uint64_t change_us = 5'000'000;
    static constexpr unsigned changes_at_once = 4;
    static constexpr std::uint64_t first_wait_us = 5'000'000, longest_wait_us = 60'000'000; // of who is put off
    static constexpr std::uint64_t refused_wait_us = 60'000'000;
    static constexpr std::uint64_t occupied_wait_us = 2'000'000; // a stale rule has the port: the audit finds it
    static constexpr unsigned patience_turns = 3;                // in which the rule leaves all packets to us

    // waiting: in userspace, until it has settled; living: in the kernel; put_off: not before some time.
    enum class State : std::uint8_t { waiting, living, put_off };
    enum class Action : std::uint8_t {
        nothing,
        adopt,   // what a predecessor left is the rule
        push,    // also in the place of the living one
        withdraw // then look again
    };
    struct Step {
        Action action = Action::nothing;
        state::Path path = state::Path::kernel; // of the stream, if nothing is done
        bool operator==(const Step&) const = default;
    };
    // The rule that the stream would have, or why it can have none.
    using Wanted = std::variant<offload::Rule, state::Path>;
    struct Circumstances {
        bool as_signalled = false; // its packets come from where SDP said
        bool departing = false;    // a former rule's counters are not collected yet
        bool budget = true;        // the kernel may be given one more in this tick
        bool left_same = false;    // what a predecessor left is what is wanted
    };
    struct Seen { // packets so far
        std::uint64_t kernel = 0, handled = 0, user = 0; // handled: of the kernel's, those that it did not leave to us
    };
    enum class Finding : std::uint8_t { fine, bypassed, passed_up };

    Step look(const Wanted& wanted, const Circumstances& circumstances, std::uint64_t now_us);
    // A turn of a living one is over. Finding it again doesn't matter: it is to be withdrawn then.
    Finding measure(const Seen& now);

    // What has been done. push: was tried, whatever comes of it.
    void push_begun(std::uint64_t now_us);
    void pushed(const offload::Rule& rule);
    void found(const offload::Key& key); // in the records of a predecessor
    void left();
    void put_off(state::Path why, std::uint64_t now_us); // for longer every time
    void refused(int code, std::uint64_t now_us);

    State state(std::uint64_t now_us) const;
    bool living() const { return living_; }
    bool was_found() const { return found_; }
    const offload::Key& key() const { return rule_.key; }

    bool looked_at_soon = false; // whoever looks at many keeps that here

  private:
    bool may_change(std::uint64_t now_us) const { return paid_until_us_ <= now_us + (changes_at_once - 1) * change_us; }
    bool goes_on_as(const offload::Rule& rule) const;
    Step look_living(const offload::Rule& rule, const Circumstances& circumstances, std::uint64_t now_us) const;
    Step look_waiting(const offload::Rule& rule, const Circumstances& circumstances, std::uint64_t now_us);

    offload::Rule rule_;           // in the kernel; else what it would be
    bool living_ = false;
    bool found_ = false;           // living, and we know only its key
    bool measured_ = false;        // `seen_` is of this rule
    std::uint64_t since_us_ = 0;   // not living: it would be the same rule since
    std::uint64_t not_before_us_ = 0, wait_us_ = first_wait_us;
    std::uint64_t paid_until_us_ = 0; // with the changes that were made
    state::Path why_ = state::Path::settling; // until not_before_us_
    Seen seen_;
    unsigned turns_passed_up_ = 0; // in which it left us all
};

} // namespace rtpengine::dataplane
