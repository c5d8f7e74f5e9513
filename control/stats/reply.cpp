// SPDX-License-Identifier: Apache-2.0
#include "control/stats/reply.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace rtpengine::stats {

namespace {

using ng::Writer;

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

void add_rates(Writer& dict, const std::string& suffix, const Traffic& rate) {
    dict.add("packetrate" + suffix, rate.packets);
    dict.add("byterate" + suffix, rate.bytes);
    dict.add("errorrate" + suffix, rate.errors);
}

void write_current(const Current& now, Writer& dict) {
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
}

void add_relayed(Writer& dict, const std::string& suffix, const Traffic& relayed) {
    dict.add("relayedpackets" + suffix, relayed.packets);
    dict.add("relayedpacketerrors" + suffix, relayed.errors);
    dict.add("relayedbytes" + suffix, relayed.bytes);
}

void add_durations(Writer& dict, const Total& total) {
    const auto calls = total.managed_sessions;
    dict.add("avgcallduration", decimal(average(total.call_duration, calls)));
    dict.add("totalcallsduration", decimal(total.call_duration));
    dict.add("totalcallsduration2", decimal(total.call_duration_squared));
    dict.add("totalcallsduration_stddev",
             decimal(deviation(total.call_duration, total.call_duration_squared, calls)));
}

void write_totals(const Input& input, Writer& dict) {
    const auto& total = input.total;
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
}

void add_metric(Writer& dict, const std::string& name, const Metric& metric) {
    dict.add(name + "_total", decimal(metric.total));
    dict.add(name + "2_total", decimal(metric.total_of_squares));
    dict.add(name + "_samples_total", metric.samples);
    dict.add(name + "_average", decimal(metric.average()));
    dict.add(name + "_stddev", decimal(metric.deviation()));
}

void add_quality(Writer& dict, const Quality& quality) {
    add_metric(dict, "jitter", quality.jitter);
    add_metric(dict, "rtt_e2e", quality.rtt_e2e);
    add_metric(dict, "rtt_dsct", quality.rtt_dsct);
    add_metric(dict, "packetloss", quality.packetloss);
    add_metric(dict, "jitter_measured", quality.jitter_measured);
}

void write_voip_metrics(const Input& input, Writer& dict) {
    add_quality(dict, input.quality);
    dict.add("packets_lost", input.packets_lost);
    dict.add("rtp_duplicates", input.rtp_duplicates);
    dict.add("rtp_skips", input.rtp_skips);
    dict.add("rtp_seq_resets", input.rtp_seq_resets);
    dict.add("rtp_reordered", input.rtp_reordered);
}

void write_proxy(const Address& client, const ProxyStatistics& statistics, Writer& dict) {
    dict.add("proxy", client.str());
    for (std::size_t i = 0; i < ng::command_count; ++i) {
        const std::string name(ng::command_table[i].statistics_name);
        const auto& count = statistics.commands[i];
        dict.add(name + "count", count.requests);
        dict.add(name + "duration", decimal(std::chrono::duration<double>(count.duration).count()));
    }
    dict.add("errorcount", statistics.errors);
}

void write_control(const ControlStatistics& control, Writer& dict) {
    dict.list("proxies", [&](Writer& list) {
        for (const auto& each : control.proxies()) list.dict([&](Writer& of) { write_proxy(each.first, each.second, of); });
    });
    for (std::size_t i = 0; i < ng::command_count; ++i)
        dict.add(fmt::format("total{}count", ng::command_table[i].statistics_name),
                 control.totals().commands[i].requests);
}

void write_traffic(const Traffic& traffic, Writer& dict) {
    dict.add("packets", traffic.packets);
    dict.add("bytes", traffic.bytes);
    dict.add("errors", traffic.errors);
}

void write_ports(const Interface& interface, Writer& dict) {
    const auto total = interface.ports_total;
    const auto used = std::min(interface.ports_used, total);
    dict.add("min", interface.port_min);
    dict.add("max", interface.port_max);
    dict.add("used", used);
    dict.add("used_pct", fmt::format("{:.2f}", 100 * average(static_cast<double>(used), total)));
    dict.add("free", total - used);
    dict.add("totals", total);
}

void write_interface(const Interface& interface, Writer& dict) {
    dict.add("name", interface.name);
    dict.add("address", interface.address);
    dict.dict("ports", [&](Writer& of) { write_ports(interface, of); });
    dict.add("packets_lost", interface.packets_lost);
    dict.add("duplicates", interface.duplicates);
    dict.dict("voip_metrics", [&](Writer& of) {
        add_metric(of, "mos", interface.quality.mos);
        add_quality(of, interface.quality);
    });
    dict.dict("ingress", [&](Writer& of) { write_traffic(interface.ingress, of); });
    dict.dict("egress", [&](Writer& of) { write_traffic(interface.egress, of); });
}

void write_no_buffer_pools(Writer& dict) {
    for (const char* name : {"main", "shared", "static"})
        dict.dict(name, [](Writer& pool) {
            pool.add("num_shards", 0);
            pool.list("shards", [](Writer&) {});
        });
}

} // namespace

double Metric::average() const {
    return stats::average(total, samples);
}
double Metric::deviation() const {
    return stats::deviation(total, total_of_squares, samples);
}

void write_statistics(const Input& input, const ControlStatistics& control, Writer& to) {
    to.dict("currentstatistics", [&](Writer& of) { write_current(input.current, of); });
    to.dict("totalstatistics", [&](Writer& of) { write_totals(input, of); });
    to.dict("mos", [&](Writer& of) { add_metric(of, "mos", input.quality.mos); });
    to.dict("voip_metrics", [&](Writer& of) { write_voip_metrics(input, of); });
    to.dict("controlstatistics", [&](Writer& of) { write_control(control, of); });
    to.list("interfaces", [&](Writer& list) {
        for (const auto& interface : input.interfaces) list.dict([&](Writer& of) { write_interface(interface, of); });
    });
    to.list("transcoders", [](Writer&) {});
    to.list("poller_threads", [](Writer&) {});
    to.dict("bufferpools", write_no_buffer_pools);
}

} // namespace rtpengine::stats
