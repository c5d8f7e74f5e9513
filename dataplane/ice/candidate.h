// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/endpoint.h"

namespace rtpengine::ice {

// Of RFC 8445 section 5.3.
struct Credentials {
    std::string ufrag, pwd;
    bool known() const { return !ufrag.empty() && !pwd.empty(); }
    bool operator==(const Credentials&) const = default;
};

// A host candidate of ours: a port, under a number that the owner of the agent gives it.
struct Local {
    std::uint32_t port = 0;
    Family family = Family::none;
    std::uint32_t priority = 0;
};

struct Remote {
    Endpoint endpoint;
    std::uint32_t priority = 0;
    bool operator==(const Remote&) const = default;
};

// Where media goes: from which port of ours to whom.
struct Selection {
    std::uint32_t port = 0;
    Endpoint remote;
    bool operator==(const Selection&) const = default;
};

// What was negotiated for one component of one media. Said again, it changes nothing.
struct Terms {
    Credentials ours, theirs; // theirs may not be known yet
    bool controlling = false; // as long as no conflict of roles says otherwise
    bool lite = false;        // we answer and do no checks
    std::vector<Remote> remotes;
    bool operator==(const Terms&) const = default;
};

// Section 5.1.2.1: what a check says that the port would be to the peer as a peer-reflexive candidate.
constexpr std::uint32_t reflexive(std::uint32_t host_priority) { return 110u << 24 | (host_priority & 0xffffff); }

// Section 6.1.2.3.
constexpr std::uint64_t pair_priority(std::uint32_t controlling, std::uint32_t controlled) {
    const auto low = controlling < controlled ? controlling : controlled, high = controlling < controlled ? controlled : controlling;
    return (std::uint64_t{low} << 32) + 2 * std::uint64_t{high} + (controlling > controlled ? 1 : 0);
}

} // namespace rtpengine::ice
