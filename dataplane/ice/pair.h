// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/ice/candidate.h"
#include "dataplane/ice/stun.h"

namespace rtpengine::ice {

// RFC 8445 section 6.1.2.6. Nothing is frozen: the pairs of an agent are of one component.
enum class State : std::uint8_t { waiting, in_progress, succeeded, failed };

// One check under way: the same message again and again until it is answered.
struct Attempt {
    static constexpr unsigned most = 7; // retransmissions
    static constexpr std::uint64_t first_wait_ms = 100;

    Transaction transaction{};
    bool under_way = false, nominates = false;
    bool controlling = false; // the role that it claims
    unsigned sent = 0;
    std::uint64_t due_ms = 0, wait_ms = 0;

    // It left at `now_ms`.
    void left(std::uint64_t now_ms) {
        wait_ms = sent++ ? wait_ms * 2 : first_wait_ms;
        due_ms = now_ms + wait_ms;
    }
    bool over() const { return sent > most; }
};

struct Pair {
    std::uint32_t port = 0; // of the Local
    std::uint32_t local_priority = 0;
    Remote remote;
    State state = State::waiting;
    bool triggered = false;   // to be checked before those that nobody asked for
    bool nominated = false;   // by the peer, or by us once the check says so
    std::uint64_t heard_ms = 0; // when the peer checked it last; 0: never
    Attempt check, consent;

    std::uint64_t priority(bool controlling) const {
        return controlling ? pair_priority(local_priority, remote.priority) : pair_priority(remote.priority, local_priority);
    }
    bool is(std::uint32_t from, const Endpoint& to) const { return port == from && remote.endpoint == to; }
};

} // namespace rtpengine::ice
