// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/options/values.h"

namespace rtpengine::options {

// How packets come to our chain.
enum class Entry {
    jump,   // by a rule in the base chain
    hooked, // it is hooked into the stack itself
    none,   // the operator sees to it
};

// The netfilter rules that lead to a kernel table, in the tables called "filter".
struct Netfilter {
    std::int32_t table = -1;
    std::string chain; // ours; empty: no rules are ours
    Entry entry = Entry::jump;
    std::string base_chain; // with Entry::jump
    bool append = false;    // the jump goes to the end of the base chain, not to its top
    bool ip = true, ip6 = true;

    bool operator==(const Netfilter&) const = default;
};

enum class NetfilterVerb { start, stop, status };

// --nftables-start and its kin: do it, and exit.
struct NetfilterAction {
    NetfilterVerb verb = NetfilterVerb::status;
    Netfilter rules;
};

// Rules for as long as the daemon runs: only where a chain was given by name and there is a table.
Result<Netfilter> make_netfilter(const Values& values);

// Nothing when none was asked for. The chain is rtpengine_TABLE unless given.
Result<std::optional<NetfilterAction>> make_netfilter_action(const Values& values);

} // namespace rtpengine::options
