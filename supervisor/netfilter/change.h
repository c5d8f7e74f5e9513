// SPDX-License-Identifier: Apache-2.0
// What has to be sent to add and to remove our rules in one family. Pure: values -> bytes.
#pragma once

#include <string>
#include <vector>

#include "common/options/netfilter.h"
#include "supervisor/netfilter/rule.h"

namespace rtpengine::supervisor::netfilter {

// Of addresses: what nfnetlink calls it (NFPROTO_*), and its name.
struct Family {
    std::uint8_t number;
    std::string_view name;
};
extern const Family ip, ip6;

// One message of a batch and what it is for, after "cannot ".
struct Change {
    std::string purpose;
    std::string message;
};

// Table, chains and rules. Everything else stays as it is: a base chain that exists keeps hook and policy.
std::vector<Change> additions(const options::Netfilter& rules, const Target& target, Family family,
                              bool base_exists);

// Our jumps among the `present` rules, then our chain with all that is in it; `keep_chain`: it is emptied, as
// rules that are not ours lead to it. The base chain and the table stay.
std::vector<Change> removals(const options::Netfilter& rules, Family family, const std::vector<Rule>& present,
                             bool keep_chain);

// Whether the rules are there: empty, or what is missing.
std::string missing(const options::Netfilter& rules, const Target& target, Family family,
                    const std::vector<Rule>& present);

// All of them between the marks that make one transaction of them. The first has sequence number 1; the last
// is acknowledged, the others are only if they fail.
std::string batch(const std::vector<Change>& changes);

// The questions: whether the kernel knows this target (it loads a module to find out); whether there is such
// a chain; all rules of table "filter".
std::string ask_target(const Target& target, Family family);
std::string ask_chain(const std::string& chain, Family family);
std::string ask_rules(Family family);

} // namespace rtpengine::supervisor::netfilter
