// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/forwarding.h"

#include <fmt/format.h>

#include "common/base/log.h"
#include "supervisor/kernel/table_status.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor::kernel {

namespace {

Error no_fallback(const Error& why) {
    return {why.message + "; userspace is not allowed instead (no-fallback)", why.code};
}

// Nobody else would notice that no packet ever comes to the table.
void notice_missing_rules(Module& module, int table) {
    const auto text = module.status(table);
    if (!text || parse_table_status(*text).rules.value_or(1) > 0) return;
    log::notice("no netfilter rule leads to kernel table {0} yet: iptables -I INPUT -p udp -j RTPENGINE --id "
                "{0}, and "
                "the same with ip6tables; or give --nftables-chain",
                table);
}

Status open_table(Forwarding& forwarding, const options::InstanceSettings& settings, std::size_t readers) {
    const auto id = settings.config.table();
    auto table = Table::open(*forwarding.module, id, readers);
    if (table) {
        forwarding.table.emplace(*std::move(table));
        forwarding.status.state = "open";
        log::info("kernel table {} is ours", id);
        return {};
    }
    if (settings.no_fallback) return no_fallback(table.error());
    forwarding.status.state = "failed";
    forwarding.status.detail = table.error().message;
    log::warning("{}; forwarding in userspace", table.error().message);
    return {};
}

Status add_rules(Forwarding& forwarding, const options::InstanceSettings& settings) {
    const auto& wanted = settings.netfilter;
    auto rules = netfilter::Rules::open(wanted);
    if (rules) {
        forwarding.rules.emplace(*std::move(rules));
        forwarding.status.detail = "netfilter chain " + wanted.chain;
        return {};
    }
    if (settings.no_fallback) return no_fallback(rules.error());
    forwarding.status.detail = rules.error().message;
    log::warning("{}; unless other rules lead there, no packet comes to kernel table {}",
                 rules.error().message, wanted.table);
    return {};
}

} // namespace

Result<Forwarding> set_up(std::unique_ptr<Module> module, const options::InstanceSettings& settings,
                          std::size_t readers) {
    Forwarding forwarding;
    forwarding.module = std::move(module);
    forwarding.status.table = settings.config.table();
    if (forwarding.status.table < 0) return forwarding;
    if (!settings.netfilter.chain.empty()) netfilter::load_target();
    if (auto opened = open_table(forwarding, settings, readers); !opened) return opened.error();
    if (!forwarding.table) return forwarding;
    if (!settings.netfilter.chain.empty())
        if (auto added = add_rules(forwarding, settings); !added) return added.error();
    if (!forwarding.rules) notice_missing_rules(*forwarding.module, forwarding.status.table);
    return forwarding;
}

Forwarding resume(std::unique_ptr<Module> module, const handover::Module& from) {
    Forwarding forwarding;
    forwarding.module = std::move(module);
    if (from.has_table()) forwarding.table.emplace(Table::resume(*forwarding.module, from.table()));
    if (from.has_rules()) forwarding.rules.emplace(netfilter::Rules::resume(resumed(from.rules())));
    forwarding.status = resumed(from.status());
    return forwarding;
}

void hand_over(const Forwarding& forwarding, handover::Module& to) {
    if (forwarding.table) forwarding.table->hand_over(*to.mutable_table());
    if (forwarding.rules) *to.mutable_rules() = handed_over(forwarding.rules->settings());
    *to.mutable_status() = handed_over(forwarding.status);
}

} // namespace rtpengine::supervisor::kernel
