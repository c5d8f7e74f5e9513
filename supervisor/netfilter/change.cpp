// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/change.h"

#include <algorithm>
#include <cstring>

#include <netinet/in.h> // must come before those of the kernel

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <fmt/format.h>

namespace rtpengine::supervisor::netfilter {

namespace {

constexpr const char* filter = "filter";

constexpr std::uint16_t kind(int message) {
    return static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | message);
}

std::string table_name(Family family) {
    return fmt::format("table {} {}", family.name, filter);
}

bool is_our_jump(const Rule& rule, const options::Netfilter& rules) {
    return rule.jump == rules.chain && rule.comment == our_comment;
}

Change add_table(Family family) {
    Message message(kind(NFT_MSG_NEWTABLE), NLM_F_CREATE, family.number);
    message.text(NFTA_TABLE_NAME, filter);
    return {"add " + table_name(family), message.str()};
}

Change add_chain(const std::string& chain, bool hooked, Family family) {
    Message message(kind(NFT_MSG_NEWCHAIN), NLM_F_CREATE, family.number);
    message.text(NFTA_CHAIN_TABLE, filter).text(NFTA_CHAIN_NAME, chain);
    if (hooked) {
        message.text(NFTA_CHAIN_TYPE, "filter").number(NFTA_CHAIN_POLICY, NF_ACCEPT);
        message.nest(NFTA_CHAIN_HOOK, [](Message& m) {
            m.number(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_IN).number(NFTA_HOOK_PRIORITY, 0);
        });
    }
    return {fmt::format("add chain {} to {}", chain, table_name(family)), message.str()};
}

template <class Fill>
Change add_rule(const std::string& chain, bool append, std::string purpose, Family family, Fill fill) {
    const auto place = append ? NLM_F_APPEND : 0;
    Message message(kind(NFT_MSG_NEWRULE), static_cast<std::uint16_t>(NLM_F_CREATE | place), family.number);
    message.text(NFTA_RULE_TABLE, filter).text(NFTA_RULE_CHAIN, chain);
    fill(message);
    return {fmt::format("add {} to chain {} of {}", purpose, chain, table_name(family)), message.str()};
}

// `handle` 0: all rules of the chain.
Change remove_rule(const std::string& chain, std::uint64_t handle, Family family) {
    Message message(kind(NFT_MSG_DELRULE), 0, family.number);
    message.text(NFTA_RULE_TABLE, filter).text(NFTA_RULE_CHAIN, chain);
    if (handle) message.number64(NFTA_RULE_HANDLE, handle);
    return {fmt::format("remove our rules from chain {} of {}", chain, table_name(family)), message.str()};
}

// With the rules in it.
Change remove_chain(const std::string& chain, Family family) {
    Message message(kind(NFT_MSG_DELCHAIN), 0, family.number);
    message.text(NFTA_CHAIN_TABLE, filter).text(NFTA_CHAIN_NAME, chain);
    return {fmt::format("remove chain {} from {}", chain, table_name(family)), message.str()};
}

std::string numbered(const std::string& message, std::uint32_t sequence, std::uint16_t flags = 0) {
    nlmsghdr header;
    std::memcpy(&header, message.data(), sizeof header);
    header.nlmsg_seq = sequence;
    header.nlmsg_flags |= flags;
    return std::string(reinterpret_cast<const char*>(&header), sizeof header) + message.substr(sizeof header);
}

} // namespace

const Family ip{NFPROTO_IPV4, "ip"}, ip6{NFPROTO_IPV6, "ip6"};

std::vector<Change> additions(const options::Netfilter& rules, const Target& target, Family family,
                              bool base_exists) {
    using options::Entry;
    std::vector<Change> changes = {add_table(family),
                                   add_chain(rules.chain, rules.entry == Entry::hooked, family)};
    changes.push_back(add_rule(rules.chain, true, "target " + target.name, family, [&](Message& message) {
        put_target(message, target, rules.entry != Entry::jump);
    }));
    if (rules.entry != Entry::jump) return changes;
    if (!base_exists) changes.push_back(add_chain(rules.base_chain, true, family));
    changes.push_back(add_rule(rules.base_chain, rules.append, "the jump to " + rules.chain, family,
                               [&](Message& message) { put_jump(message, rules.chain); }));
    return changes;
}

std::vector<Change> removals(const options::Netfilter& rules, Family family, const std::vector<Rule>& present,
                             bool keep_chain) {
    std::vector<Change> changes;
    for (const auto& rule : present)
        if (is_our_jump(rule, rules)) changes.push_back(remove_rule(rule.chain, rule.handle, family));
    changes.push_back(keep_chain ? remove_rule(rules.chain, 0, family) : remove_chain(rules.chain, family));
    return changes;
}

std::string missing(const options::Netfilter& rules, const Target& target, Family family,
                    const std::vector<Rule>& present) {
    const auto any = [&](auto matches) { return std::any_of(present.begin(), present.end(), matches); };
    if (!any([&](const Rule& rule) { return rule.chain == rules.chain && rule.target == target; }))
        return fmt::format("no rule for kernel table {} in chain {} of {}", rules.table, rules.chain,
                           table_name(family));
    if (rules.entry != options::Entry::jump) return {};
    if (!any([&](const Rule& rule) { return rule.chain == rules.base_chain && rule.jump == rules.chain; }))
        return fmt::format("no jump from chain {} to {} in {}", rules.base_chain, rules.chain,
                           table_name(family));
    return {};
}

std::string batch(const std::vector<Change>& changes) {
    std::uint32_t sequence = 0;
    std::string bytes =
        numbered(Message(NFNL_MSG_BATCH_BEGIN, 0, NFPROTO_UNSPEC, NFNL_SUBSYS_NFTABLES).str(), sequence++);
    for (const auto& change : changes) {
        const bool last = sequence == changes.size();
        bytes += numbered(change.message, sequence++, last ? NLM_F_ACK : 0);
    }
    return bytes +
           numbered(Message(NFNL_MSG_BATCH_END, 0, NFPROTO_UNSPEC, NFNL_SUBSYS_NFTABLES).str(), sequence);
}

std::string ask_target(const Target& target, Family family) {
    constexpr std::uint32_t a_target = 1; // not a match
    Message message(NFNL_SUBSYS_NFT_COMPAT << 8 | NFNL_MSG_COMPAT_GET, 0, family.number);
    message.text(NFTA_COMPAT_NAME, target.name).number(NFTA_COMPAT_REV, target.revision);
    message.number(NFTA_COMPAT_TYPE, a_target);
    return message.str();
}

std::string ask_chain(const std::string& chain, Family family) {
    Message message(kind(NFT_MSG_GETCHAIN), 0, family.number);
    message.text(NFTA_CHAIN_TABLE, filter).text(NFTA_CHAIN_NAME, chain);
    return message.str();
}

std::string ask_rules(Family family) {
    Message message(kind(NFT_MSG_GETRULE), NLM_F_DUMP, family.number);
    message.text(NFTA_RULE_TABLE, filter);
    return message.str();
}

} // namespace rtpengine::supervisor::netfilter
