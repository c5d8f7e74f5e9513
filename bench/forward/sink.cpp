// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/sink.h"

#include <charconv>
#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

std::string rules() {
    return fmt::format("table netdev sink {{ chain arriving {{ type filter hook ingress device toproxy priority 0; "
                       "udp dport {} counter drop; }}; }}\n",
                       media_port);
}

std::uint64_t packets(const Netns& host) {
    const auto listing = host.output({"nft", "list", "chain", "netdev", "sink", "arriving"});
    constexpr std::string_view mark = "counter packets ";
    const auto at = listing.find(mark);
    std::uint64_t count = 0;
    if (at != listing.npos) std::from_chars(listing.data() + at + mark.size(), listing.data() + listing.size(), count);
    return count;
}

} // namespace

Result<Sink> Sink::open(const Topology& hosts) {
    Sink sink(hosts);
    for (const Netns* host : {&hosts.caller, &hosts.callee})
        if (auto made = host->feed({"nft", "-f", "-"}, rules()); !made) return made.error();
    return sink;
}

Sink::~Sink() {
    if (!hosts_) return;
    for (const Netns* host : {&hosts_->caller, &hosts_->callee})
        (void)host->feed({"nft", "-f", "-"}, "add table netdev sink\ndelete table netdev sink\n");
}

std::uint64_t Sink::arrived() const {
    return packets(hosts_->caller) + packets(hosts_->callee);
}

} // namespace rtpengine::bench
