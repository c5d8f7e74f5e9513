// SPDX-License-Identifier: Apache-2.0
// Netfilter rules as values, and as the attributes of a message. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/netfilter/message.h"

struct nlmsghdr;

namespace rtpengine::supervisor::netfilter {

// A target of x_tables, as nft_compat takes it.
struct Target {
    std::string name;
    std::uint32_t revision = 0;
    std::string info; // padded to 8 bytes
    bool operator==(const Target&) const = default;
};

// -j RTPENGINE --id TABLE
Target rtpengine_target(std::uint32_t table);

// A rule that is there, as far as we understand it.
struct Rule {
    std::string chain;
    std::uint64_t handle = 0;
    std::string comment; // empty: none
    std::string jump;    // the chain it jumps to; empty: none
    std::optional<Target> target;
};

// What we put on every rule of ours, to know it again.
constexpr std::string_view our_comment = "rtpengine";

// The expressions, compatibility and comment of a rule: packets of UDP, counted, to another chain.
void put_jump(Message& message, const std::string& chain);
// All packets (`udp_only`: of UDP) to a target; what it leaves alone is counted and goes on.
void put_target(Message& message, const Target& target, bool udp_only);

// A rule from an answer of the kernel; attributes that we don't know are passed over. Nothing: it is broken.
std::optional<Rule> parse_rule(const nlmsghdr& message);

} // namespace rtpengine::supervisor::netfilter
