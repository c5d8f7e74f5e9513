// SPDX-License-Identifier: Apache-2.0
#include "common/options/netfilter.h"

#include <array>

namespace rtpengine::options {

namespace {

constexpr std::size_t longest_name = 255; // NFT_NAME_MAXLEN, without its NUL

struct Verb {
    std::string_view option;
    NetfilterVerb verb;
};

constexpr std::array<Verb, 3> verbs = {{{"nftables-start", NetfilterVerb::start},
                                        {"nftables-stop", NetfilterVerb::stop},
                                        {"nftables-status", NetfilterVerb::status}}};

Entry entry(const std::string& base_chain) {
    if (base_chain.empty()) return Entry::hooked;
    return base_chain == "none" ? Entry::none : Entry::jump;
}

Status check(const Netfilter& rules, const Values& values) {
    for (const auto& name : {rules.chain, rules.base_chain})
        if (name.size() > longest_name)
            return Error{"the name of a netfilter chain is at most " + std::to_string(longest_name) +
                         " bytes long: '" + name + "' (nftables-chain, nftables-base-chain)"};
    if (rules.entry == Entry::jump && rules.chain == rules.base_chain)
        return Error{"nftables-chain and nftables-base-chain are both '" + rules.chain +
                     "': ours must be a chain of its own"};
    if (values.text("nftables-family") == "inet")
        return Error{
            "nftables-family=inet can't be used: the kernel's inet tables take no x_tables targets, and "
            "RTPENGINE is one; use ip,ip6"};
    return {};
}

Result<Netfilter> rules_for(const std::string& chain, const Values& values) {
    const auto families = values.text("nftables-family");
    Netfilter rules;
    rules.table = static_cast<std::int32_t>(values.integer("table"));
    rules.chain = chain;
    rules.base_chain = values.text("nftables-base-chain");
    rules.entry = entry(rules.base_chain);
    rules.append = values.flag("nftables-append");
    rules.ip6 = families.find("ip6") != std::string::npos;
    rules.ip = families != "ip6";
    if (auto checked = check(rules, values); !checked) return checked.error();
    return rules;
}

} // namespace

Result<Netfilter> make_netfilter(const Values& values) {
    const auto chain = values.text("nftables-chain");
    if (values.flag("xtables") && values.text("nftables-family") == "inet")
        return Error{
            "nftables-family=inet and xtables exclude each other: inet tables take no x_tables targets"};
    if (chain.empty() || values.integer("table") < 0) return Netfilter{};
    return rules_for(chain, values);
}

Result<std::optional<NetfilterAction>> make_netfilter_action(const Values& values) {
    std::optional<NetfilterAction> action;
    std::string_view first;
    for (const auto& [option, verb] : verbs) {
        if (!values.flag(option)) continue;
        if (action)
            return Error{"--" + std::string(first) + " and --" + std::string(option) + " exclude each other"};
        first = option;
        action = NetfilterAction{verb, {}};
    }
    if (!action) return action;
    const auto what = "--" + std::string(first);
    if (values.integer("table") < 0)
        return Error{what + " needs the table that packets go to: --table=0 or more"};
    const auto chain = values.given("nftables-chain")
                           ? values.text("nftables-chain")
                           : "rtpengine_" + std::to_string(values.integer("table"));
    if (chain.empty()) return Error{what + " needs a chain: nftables-chain is empty"};
    auto rules = rules_for(chain, values);
    if (!rules) return rules.error();
    action->rules = *std::move(rules);
    return action;
}

} // namespace rtpengine::options
