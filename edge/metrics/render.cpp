// SPDX-License-Identifier: Apache-2.0
#include "edge/metrics/render.h"

#include <cctype>

#include <fmt/format.h>

#include "edge/metrics/exposition.h"
#include "edge/snapshot/commands.h"
#include "edge/snapshot/values.h"

namespace rtpengine::edge::metrics {

namespace {

using namespace snapshot;
using ng::Dict;

constexpr std::string_view qualities[] = {"mos", "jitter", "rtt_e2e", "rtt_dsct", "packetloss", "jitter_measured"};

// One family of several samples, which a label tells apart.
struct Kind {
    std::string_view label, key;
};

struct Plain {
    std::string_view name, key, type, help;
};

constexpr Plain global[] = {
    {"transcoded_media", "transcodedmedia", "gauge", "Transcoded media"},
    {"media_cache", "mediacache", "gauge", "Media cache size"},
    {"player_cache", "playercache", "gauge", "Player cache size"},
};
constexpr Plain finished[] = {
    {"uptime_seconds", "uptime", "gauge", "Uptime of rtpengine"},
    {"sessions_total", "managedsessions", "counter", "Total managed sessions"},
    {"zero_packet_streams_total", "zerowaystreams", "counter", "Total number of streams with no relayed packets"},
    {"one_way_sessions_total", "onewaystreams", "counter", "Total number of 1-way streams"},
    {"call_duration_avg", "avgcallduration", "gauge", "Average call duration"},
    {"call_duration_total", "totalcallsduration", "counter", "Total calls duration"},
    {"call_duration2_total", "totalcallsduration2", "counter", "Total calls duration squared"},
};
constexpr Plain rtp[] = {
    {"packets_lost", "packets_lost", "counter", "Packets lost"},
    {"rtp_duplicates", "rtp_duplicates", "counter", "Duplicate RTP packets"},
    {"rtp_skips", "rtp_skips", "counter", "RTP sequence skips"},
    {"rtp_seq_resets", "rtp_seq_resets", "counter", "RTP sequence resets"},
    {"rtp_reordered", "rtp_reordered", "counter", "Out-of-order RTP packets"},
};
// Ours, of each worker.
constexpr Plain workers[] = {
    {"worker_connected", "connected", "gauge", "Whether control has a link to the worker"},
    {"worker_streams", "streams", "gauge", "Open streams"},
    {"worker_kernel_streams", "kernel_streams", "gauge", "Streams that have a rule in the kernel"},
    {"worker_bytes_total", "bytes", "counter", "Bytes that came, by either path"},
    {"worker_errors_total", "errors", "counter", "Packets that came and were refused"},
    {"worker_overruns_total", "overruns", "counter", "Datagrams that found a full receive buffer"},
    {"worker_unsent_total", "unsent", "counter", "Packets that could not be sent"},
};

template <class Rows> void write(Exposition& to, const Rows& rows, const Dict& from) {
    for (const auto& row : rows) {
        to.begin(row.name, row.type, row.help);
        to.sample({}, shown(from, row.key));
    }
}

template <std::size_t count>
void write(Exposition& to, std::string_view name, std::string_view type, std::string_view help, std::string_view label, const Kind (&kinds)[count],
           const Dict& from) {
    to.begin(name, type, help);
    for (const auto& kind : kinds) to.sample({{label, std::string(kind.label)}}, shown(from, kind.key));
}

void sessions(Exposition& to, const Dict& now, const Dict& total) {
    write(to, "sessions", "gauge", "Owned sessions", "type", {Kind{"own", "sessionsown"}, Kind{"foreign", "sessionsforeign"}}, now);
    write(to, global, now);
    write(to, "mediastreams", "gauge", "Userspace-only media streams", "type",
          {Kind{"userspace", "media_userspace"}, Kind{"kernel", "media_kernel"}, Kind{"mixed", "media_mixed"}}, now);
    write(to, finished, total);
    write(to, "closed_sessions_total", "counter", "Total rejected sessions", "reason",
          {Kind{"rejected", "rejectedsessions"}, Kind{"timeout", "timeoutsessions"}, Kind{"silent_timeout", "silenttimeoutsessions"},
           Kind{"final_timeout", "finaltimeoutsessions"}, Kind{"offer_timeout", "offertimeoutsessions"},
           Kind{"terminated", "regularterminatedsessions"}, Kind{"force_terminated", "forcedterminatedsessions"}},
          total);
    write(to, "packets_total", "counter", "Total relayed packets (userspace)", "type",
          {Kind{"userspace", "relayedpackets_user"}, Kind{"kernel", "relayedpackets_kernel"}}, total);
    write(to, "packet_errors_total", "counter", "Total relayed packet errors (userspace)", "type",
          {Kind{"userspace", "relayedpacketerrors_user"}, Kind{"kernel", "relayedpacketerrors_kernel"}}, total);
    write(to, "bytes_total", "counter", "Total relayed bytes (userspace)", "type",
          {Kind{"userspace", "relayedbytes_user"}, Kind{"kernel", "relayedbytes_kernel"}}, total);
}

constexpr std::string_view sums[] = {"_total", "2_total", "_samples_total"};

void quality(Exposition& to, const Dict& mos, const Dict& others) {
    for (const auto& each : qualities)
        for (const auto& sum : sums) {
            const auto name = fmt::format("{}{}", each, sum);
            to.begin(name, "counter", {});
            to.sample({}, shown(each == "mos" ? mos : others, name));
        }
    write(to, rtp, others);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

void control(Exposition& to, const Dict& control) {
    const auto& proxies = list(control, "proxies");
    const auto each_command = [&](std::string_view name, std::string_view suffix) {
        to.begin(name, "counter", {});
        for (const auto& proxy : proxies)
            for (const auto& command : commands)
                to.sample({{"proxy", text(dict(proxy), "proxy")}, {"request", std::string(command.name)}},
                          shown(dict(proxy), lower(command.column) + std::string(suffix)));
    };
    each_command("requests_total", "count");
    each_command("request_seconds_total", "duration");
    to.begin("errors_total", "counter", {});
    for (const auto& proxy : proxies) to.sample({{"proxy", text(dict(proxy), "proxy")}}, shown(dict(proxy), "errorcount"));
}

// `value(interface, labels)` adds the samples of one interface.
template <class Add> void each_interface(Exposition& to, const ng::List& all, std::string_view name, std::string_view type, Add add) {
    to.begin(name, type, {});
    for (const auto& each : all) add(dict(each), Labels{{"name", text(dict(each), "name")}, {"address", text(dict(each), "address")}});
}

void interfaces(Exposition& to, const ng::List& all) {
    for (const auto& [name, key] : {std::pair{"ports_used", "used"}, std::pair{"ports_free", "free"}, std::pair{"ports", "totals"}})
        each_interface(to, all, name, "gauge", [&, wanted = key](const Dict& each, const Labels& labels) { to.sample(labels, shown(dict(each, "ports"), wanted)); });
    for (const auto& [name, key] : {std::pair{"interface_packets_lost", "packets_lost"}, std::pair{"interface_duplicates", "duplicates"}})
        each_interface(to, all, name, "counter", [&, wanted = key](const Dict& each, const Labels& labels) { to.sample(labels, shown(each, wanted)); });
    for (const auto& quality : qualities)
        for (const auto& sum : sums) {
            const auto key = fmt::format("{}{}", quality, sum);
            each_interface(to, all, "interface_" + key, "counter",
                           [&](const Dict& each, const Labels& labels) { to.sample(labels, shown(dict(each, "voip_metrics"), key)); });
        }
    for (const auto& [name, key] : {std::pair{"interface_packets", "packets"}, std::pair{"interface_bytes", "bytes"}, std::pair{"interface_errors", "errors"}})
        each_interface(to, all, name, "gauge", [&, wanted = key](const Dict& each, Labels labels) {
            labels.emplace_back("direction", "ingress");
            to.sample(labels, shown(dict(each, "ingress"), wanted));
            labels.back().second = "egress";
            to.sample(labels, shown(dict(each, "egress"), wanted));
        });
}

// Ours.
void of_workers(Exposition& to, const ng::List& all) {
    for (const auto& row : workers) {
        to.begin(row.name, row.type, row.help);
        for (const auto& each : all) to.sample({{"worker", text(dict(each), "name")}}, shown(dict(each), row.key));
    }
    to.begin("worker_packets_total", "counter", "Packets that came, by the path that forwarded them");
    for (const auto& each : all) {
        const auto packets = number(dict(each), "packets"), kernel = number(dict(each), "kernel_packets");
        to.sample({{"worker", text(dict(each), "name")}, {"path", "userspace"}}, std::to_string(packets - kernel));
        to.sample({{"worker", text(dict(each), "name")}, {"path", "kernel"}}, std::to_string(kernel));
    }
}

} // namespace

std::string render(const Dict& statistics, const Dict& status, std::size_t connections) {
    Exposition to;
    sessions(to, dict(statistics, "currentstatistics"), dict(statistics, "totalstatistics"));
    quality(to, dict(statistics, "mos"), dict(statistics, "voip_metrics"));
    control(to, dict(statistics, "controlstatistics"));
    interfaces(to, list(statistics, "interfaces"));
    of_workers(to, list(status, "workers"));
    to.begin("edge_connections", "gauge", "Connections of clients over TCP and HTTP");
    to.sample({}, std::to_string(connections));
    return std::move(to).text();
}

} // namespace rtpengine::edge::metrics
