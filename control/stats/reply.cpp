// SPDX-License-Identifier: Apache-2.0
#include "control/stats/reply.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace rtpengine::stats {

namespace {

using ng::Dict;
using ng::List;

std::string decimal(double value) {
    return fmt::format("{:.6f}", value);
}

double average(double total, std::uint64_t samples) {
    return samples ? total / static_cast<double>(samples) : 0;
}

double deviation(double total, double squares, std::uint64_t samples) {
    const double mean = average(total, samples);
    return std::sqrt(std::max(0.0, average(squares, samples) - mean * mean));
}

Traffic sum(const Traffic& a, const Traffic& b) {
    return {a.packets + b.packets, a.bytes + b.bytes, a.errors + b.errors};
}

void add_rates(Dict& dict, const std::string& suffix, const Traffic& rate) {
    dict.add("packetrate" + suffix, rate.packets);
    dict.add("byterate" + suffix, rate.bytes);
    dict.add("errorrate" + suffix, rate.errors);
}

Dict current(const Current& now) {
    Dict dict;
    dict.add("sessionsown", now.sessions_own);
    dict.add("sessionsforeign", now.sessions_foreign);
    dict.add("sessionstotal", now.sessions_own + now.sessions_foreign);
    dict.add("transcodedmedia", now.transcoded_media);
    dict.add("mediacache", now.media_cache);
    dict.add("playercache", now.player_cache);
    add_rates(dict, "_user", now.user_rate);
    add_rates(dict, "_kernel", now.kernel_rate);
    add_rates(dict, "", sum(now.user_rate, now.kernel_rate));
    dict.add("media_userspace", now.media_userspace);
    dict.add("media_kernel", now.media_kernel);
    dict.add("media_mixed", now.media_mixed);
    return dict;
}

void add_relayed(Dict& dict, const std::string& suffix, const Traffic& relayed) {
    dict.add("relayedpackets" + suffix, relayed.packets);
    dict.add("relayedpacketerrors" + suffix, relayed.errors);
    dict.add("relayedbytes" + suffix, relayed.bytes);
}

void add_durations(Dict& dict, const Total& total) {
    const auto calls = total.managed_sessions;
    dict.add("avgcallduration", decimal(average(total.call_duration, calls)));
    dict.add("totalcallsduration", decimal(total.call_duration));
    dict.add("totalcallsduration2", decimal(total.call_duration_squared));
    dict.add("totalcallsduration_stddev",
             decimal(deviation(total.call_duration, total.call_duration_squared, calls)));
}

Dict totals(const Input& input) {
    const auto& total = input.total;
    Dict dict;
    dict.add("uptime", fmt::format("{:.0f}", std::floor(input.uptime)));
    dict.add("managedsessions", total.managed_sessions);
    dict.add("rejectedsessions", total.rejected_sessions);
    dict.add("timeoutsessions", total.timeout_sessions);
    dict.add("silenttimeoutsessions", total.silent_timeout_sessions);
    dict.add("finaltimeoutsessions", total.final_timeout_sessions);
    dict.add("offertimeoutsessions", total.offer_timeout_sessions);
    dict.add("regularterminatedsessions", total.regular_terminated_sessions);
    dict.add("forcedterminatedsessions", total.forced_terminated_sessions);
    add_relayed(dict, "_user", total.user);
    add_relayed(dict, "_kernel", total.kernel);
    add_relayed(dict, "", sum(total.user, total.kernel));
    dict.add("zerowaystreams", total.zero_way_streams);
    dict.add("onewaystreams", total.one_way_streams);
    add_durations(dict, total);
    return dict;
}

void add_metric(Dict& dict, const std::string& name, const Metric& metric) {
    dict.add(name + "_total", decimal(metric.total));
    dict.add(name + "2_total", decimal(metric.total_of_squares));
    dict.add(name + "_samples_total", metric.samples);
    dict.add(name + "_average", decimal(metric.average()));
    dict.add(name + "_stddev", decimal(metric.deviation()));
}

void add_quality(Dict& dict, const Quality& quality) {
    add_metric(dict, "jitter", quality.jitter);
    add_metric(dict, "rtt_e2e", quality.rtt_e2e);
    add_metric(dict, "rtt_dsct", quality.rtt_dsct);
    add_metric(dict, "packetloss", quality.packetloss);
    add_metric(dict, "jitter_measured", quality.jitter_measured);
}

Dict voip_metrics(const Input& input) {
    Dict dict;
    add_quality(dict, input.quality);
    dict.add("packets_lost", input.packets_lost);
    dict.add("rtp_duplicates", input.rtp_duplicates);
    dict.add("rtp_skips", input.rtp_skips);
    dict.add("rtp_seq_resets", input.rtp_seq_resets);
    dict.add("rtp_reordered", input.rtp_reordered);
    return dict;
}

Dict proxy(const Address& client, const ProxyStatistics& statistics) {
    Dict dict;
    dict.add("proxy", client.str());
    for (std::size_t i = 0; i < ng::command_count; ++i) {
        const std::string name(ng::command_table[i].statistics_name);
        const auto& count = statistics.commands[i];
        dict.add(name + "count", count.requests);
        dict.add(name + "duration", decimal(std::chrono::duration<double>(count.duration).count()));
    }
    dict.add("errorcount", statistics.errors);
    return dict;
}

Dict control_part(const ControlStatistics& control) {
    List proxies;
    for (const auto& [client, statistics] : control.proxies())
        proxies.emplace_back(proxy(client, statistics));
    Dict dict;
    dict.add("proxies", std::move(proxies));
    for (std::size_t i = 0; i < ng::command_count; ++i)
        dict.add(fmt::format("total{}count", ng::command_table[i].statistics_name),
                 control.totals().commands[i].requests);
    return dict;
}

Dict traffic(const Traffic& traffic) {
    Dict dict;
    dict.add("packets", traffic.packets);
    dict.add("bytes", traffic.bytes);
    dict.add("errors", traffic.errors);
    return dict;
}

Dict ports(const Interface& interface) {
    const auto total = interface.ports_total;
    const auto used = std::min(interface.ports_used, total);
    Dict dict;
    dict.add("min", interface.port_min);
    dict.add("max", interface.port_max);
    dict.add("used", used);
    dict.add("used_pct", fmt::format("{:.2f}", 100 * average(static_cast<double>(used), total)));
    dict.add("free", total - used);
    dict.add("totals", total);
    return dict;
}

Dict interface_dict(const Interface& interface) {
    Dict quality;
    add_metric(quality, "mos", interface.quality.mos);
    add_quality(quality, interface.quality);
    Dict dict;
    dict.add("name", interface.name);
    dict.add("address", interface.address);
    dict.add("ports", ports(interface));
    dict.add("packets_lost", interface.packets_lost);
    dict.add("duplicates", interface.duplicates);
    dict.add("voip_metrics", std::move(quality));
    dict.add("ingress", traffic(interface.ingress));
    dict.add("egress", traffic(interface.egress));
    return dict;
}

Dict no_buffer_pools() {
    Dict pools;
    for (const char* name : {"main", "shared", "static"}) {
        Dict pool;
        pool.add("num_shards", 0);
        pool.add("shards", List{});
        pools.add(name, std::move(pool));
    }
    return pools;
}

} // namespace

double Metric::average() const {
    return stats::average(total, samples);
}
double Metric::deviation() const {
    return stats::deviation(total, total_of_squares, samples);
}

ng::Dict statistics_dict(const Input& input, const ControlStatistics& control) {
    Dict mos;
    add_metric(mos, "mos", input.quality.mos);
    List interfaces;
    for (const auto& interface : input.interfaces)
        interfaces.emplace_back(interface_dict(interface));
    Dict dict;
    dict.add("currentstatistics", current(input.current));
    dict.add("totalstatistics", totals(input));
    dict.add("mos", std::move(mos));
    dict.add("voip_metrics", voip_metrics(input));
    dict.add("controlstatistics", control_part(control));
    dict.add("interfaces", std::move(interfaces));
    dict.add("transcoders", List{});
    dict.add("poller_threads", List{});
    dict.add("bufferpools", no_buffer_pools());
    return dict;
}

} // namespace rtpengine::stats
