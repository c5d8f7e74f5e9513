// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/rules.h"

#include <cerrno>
#include <vector>

#include "common/base/log.h"
#include "supervisor/netfilter/change.h"
#include "supervisor/netfilter/socket.h"

namespace rtpengine::supervisor::netfilter {

namespace {

std::vector<Family> families(const options::Netfilter& rules) {
    std::vector<Family> all;
    if (rules.ip) all.push_back(ip);
    if (rules.ip6) all.push_back(ip6);
    return all;
}

Status add(const options::Netfilter& rules, const Target& target, Family family) {
    const auto base_exists = chain_exists(rules.base_chain, family);
    if (!base_exists) return base_exists.error();
    return commit(additions(rules, target, family, *base_exists));
}

Status remove(const options::Netfilter& rules, Family family) {
    const auto exists = chain_exists(rules.chain, family);
    if (!exists) return exists.error();
    if (!*exists) return {}; // then nothing can jump to it
    const auto present = present_rules(family);
    if (!present) return present.error();
    auto removed = commit(removals(rules, family, *present, false));
    if (removed || removed.error().code != EBUSY) return removed;
    log::notice("netfilter: rules that are not ours lead to chain {} ({}): emptied, not removed", rules.chain,
                family.name);
    return commit(removals(rules, family, *present, true));
}

} // namespace

Status start(const options::Netfilter& rules, const Target& target) {
    if (auto stopped = stop(rules); !stopped) return stopped;
    for (const auto family : families(rules))
        if (auto added = add(rules, target, family); !added) {
            (void)stop(rules); // the other family; the first error is the one to tell
            return added;
        }
    return {};
}

// Each family is tried, whatever becomes of the one before.
Status stop(const options::Netfilter& rules) {
    Status first;
    for (const auto family : families(rules))
        if (auto removed = remove(rules, family); !removed && first) first = removed;
    return first;
}

void load_target() {
    // What it can't load, it will miss again when the rules are added, and that error says what to do.
    (void)target_exists(rtpengine_target(0), ip);
}

Result<std::string> check(const options::Netfilter& rules, const Target& target) {
    for (const auto family : families(rules)) {
        const auto present = present_rules(family);
        if (!present) return present.error();
        if (auto what = missing(rules, target, family, *present); !what.empty()) return what;
    }
    return std::string{};
}

Result<Rules> Rules::open(const options::Netfilter& rules) {
    if (auto started = start(rules, rtpengine_target(static_cast<std::uint32_t>(rules.table))); !started)
        return started.error();
    return Rules(rules);
}

Rules::~Rules() {
    if (rules_.chain.empty()) return;
    if (auto stopped = stop(rules_); !stopped) log::warning("{}", stopped.error().message);
}

} // namespace rtpengine::supervisor::netfilter
