// SPDX-License-Identifier: Apache-2.0
// IPsec policies (xfrm). A packet that a program forwards at a device's ingress meets none of them: what should leave encrypted
// would leave in clear, and what came in clear would be let through.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::supervisor::bpf {

struct Policy {
    enum class Way { in, out, forward };
    Way way = Way::out;
    bool bypass = false;     // lets packets pass as they are
    std::uint32_t if_id = 0; // of an xfrm interface, which applies it to what is sent there; 0: none
    std::uint8_t protocol = 0; // 0: any
    Address source, destination; // unknown: any
    std::uint8_t source_bits = 0, destination_bits = 0; // of the prefixes

    bool operator==(const Policy&) const = default;
};

struct Policies {
    std::vector<Policy> all;
    bool blocks_by_default = false; // what no policy matches
};

// In words, why BPF would pass by something that is meant for media of these local addresses; empty: it doesn't. Pure.
std::string passed_by(const Policies& policies, const std::vector<Address>& addresses);

// One message of the kernel's list (XFRM_MSG_NEWPOLICY); nullopt: it is no such thing, or of a socket. Pure.
std::optional<Policy> parse_policy(std::span<const std::uint8_t> message);

// Those of the network namespace we are in. A kernel without xfrm has none.
Result<Policies> list_policies();

// Readable when a policy comes or goes; non-blocking, what it says is not needed. No descriptor: the kernel has no xfrm.
Result<Fd> open_policy_events();

} // namespace rtpengine::supervisor::bpf
