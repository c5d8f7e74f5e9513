// SPDX-License-Identifier: Apache-2.0
#include "edge/cli/render.h"

#include <array>
#include <cctype>

#include <fmt/format.h>

#include "edge/snapshot/commands.h"
#include "edge/snapshot/values.h"

namespace rtpengine::edge::cli {

namespace {

using namespace snapshot;
using ng::Dict;

struct Label {
    std::string_view key, text, unit;
};

constexpr Label current_labels[] = {
    {"sessionsown", "Owned sessions", ""}, {"sessionsforeign", "Foreign sessions", ""}, {"sessionstotal", "Total sessions", ""},
    {"transcodedmedia", "Transcoded media", ""}, {"mediacache", "Media cache size", ""}, {"playercache", "Player cache size", ""},
    {"packetrate_user", "Packets per second (userspace)", ""}, {"byterate_user", "Bytes per second (userspace)", ""},
    {"errorrate_user", "Errors per second (userspace)", ""}, {"packetrate_kernel", "Packets per second (kernel)", ""},
    {"byterate_kernel", "Bytes per second (kernel)", ""}, {"errorrate_kernel", "Errors per second (kernel)", ""},
    {"packetrate", "Packets per second (total)", ""}, {"byterate", "Bytes per second (total)", ""},
    {"errorrate", "Errors per second (total)", ""}, {"media_userspace", "Userspace-only media streams", ""},
    {"media_kernel", "Kernel-only media streams", ""}, {"media_mixed", "Mixed kernel/userspace media streams", ""},
};
constexpr Label total_labels[] = {
    {"uptime", "Uptime of rtpengine", " seconds"}, {"managedsessions", "Total managed sessions", ""},
    {"rejectedsessions", "Total rejected sessions", ""}, {"timeoutsessions", "Total timed-out sessions via TIMEOUT", ""},
    {"silenttimeoutsessions", "Total timed-out sessions via SILENT_TIMEOUT", ""},
    {"finaltimeoutsessions", "Total timed-out sessions via FINAL_TIMEOUT", ""},
    {"offertimeoutsessions", "Total timed-out sessions via OFFER_TIMEOUT", ""},
    {"regularterminatedsessions", "Total regular terminated sessions", ""},
    {"forcedterminatedsessions", "Total forced terminated sessions", ""},
    {"relayedpackets_user", "Total relayed packets (userspace)", ""},
    {"relayedpacketerrors_user", "Total relayed packet errors (userspace)", ""}, {"relayedbytes_user", "Total relayed bytes (userspace)", ""},
    {"relayedpackets_kernel", "Total relayed packets (kernel)", ""},
    {"relayedpacketerrors_kernel", "Total relayed packet errors (kernel)", ""}, {"relayedbytes_kernel", "Total relayed bytes (kernel)", ""},
    {"relayedpackets", "Total relayed packets", ""}, {"relayedpacketerrors", "Total relayed packet errors", ""},
    {"relayedbytes", "Total relayed bytes", ""}, {"zerowaystreams", "Total number of streams with no relayed packets", ""},
    {"onewaystreams", "Total number of 1-way streams", ""}, {"avgcallduration", "Average call duration", " seconds"},
    {"totalcallsduration", "Total calls duration", " seconds"}, {"totalcallsduration2", "Total calls duration squared", " seconds squared"},
    {"totalcallsduration_stddev", "Total calls duration standard deviation", " seconds"},
};
constexpr Label rtp_labels[] = {
    {"packets_lost", "Packets lost", ""}, {"rtp_duplicates", "Duplicate RTP packets", ""}, {"rtp_skips", "RTP sequence skips", ""},
    {"rtp_seq_resets", "RTP sequence resets", ""}, {"rtp_reordered", "Out-of-order RTP packets", ""},
};
constexpr Label quality_labels[] = {
    {"jitter", "jitter (reported)", ""}, {"rtt_e2e", "end-to-end round-trip time", ""}, {"rtt_dsct", "discrete round-trip time", ""},
    {"packetloss", "packet loss", ""}, {"jitter_measured", "jitter (measured)", ""},
};

std::string line(std::string_view label, std::string_view value) { return fmt::format(" {:<48}:{}\n", label, value); }

template <class Labels> std::string lines(const Dict& from, const Labels& labels) {
    std::string out;
    for (const auto& each : labels) out += line(each.text, shown(from, each.key) + std::string(each.unit));
    return out;
}

std::string metric_lines(const Dict& from, std::string_view key, std::string_view name) {
    const auto value = [&](std::string_view suffix) { return shown(from, fmt::format("{}{}", key, suffix)); };
    return line(fmt::format("Sum of all {} values sampled", name), value("_total")) +
           line(fmt::format("Sum of all {} square values sampled", name), value("2_total")) +
           line(fmt::format("Total number of {} samples", name), value("_samples_total")) +
           line(fmt::format("Average {}", name), value("_average")) + line(fmt::format("{} standard deviation", name), value("_stddev"));
}

std::string quality_lines(const Dict& from) {
    std::string out;
    for (const auto& each : quality_labels) out += metric_lines(from, each.key, each.text);
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// A row for each client, a column for each command.
std::string control_table(const Dict& control) {
    std::string out = fmt::format(" {:>20} ", "Proxy");
    for (const auto& each : commands) out += fmt::format("| {:>10} ", each.column);
    out += "\n";
    for (const auto& proxy : list(control, "proxies")) {
        out += fmt::format(" {:>20} ", text(dict(proxy), "proxy"));
        for (const auto& each : commands) out += fmt::format("| {:>10} ", number(dict(proxy), lower(each.column) + "count"));
        out += "\n";
    }
    return out;
}

std::string endpoint(const Dict& from) {
    return fmt::format("{:>15}:{:<5}", text(from, "address"), number(from, "port"));
}

std::string stream_line(const Dict& stream) {
    const auto& stats = dict(stream, "stats");
    bool rtcp = false;
    for (const auto& flag : list(stream, "flags")) rtcp |= flag.text() && *flag.text() == "RTCP";
    return fmt::format("-------- Port {:>15}:{:<5} <> {}{}, SSRC {:x}, {} p, {} b, {} e, {} uts {} kts\n", text(stream, "local address"),
                       number(stream, "local port"), endpoint(dict(stream, "endpoint")), rtcp ? " (RTCP)" : "", number(stream, "SSRC"),
                       number(stats, "packets"), number(stats, "bytes"), number(stats, "errors"), number(stream, "last user packet"),
                       number(stream, "last kernel packet"));
}

std::string media_block(const Dict& media) {
    const auto protocol = text(media, "protocol"), codec = text(media, "codec");
    auto out = fmt::format("------ Media #{} ({} over {}) using {}\n", number(media, "index"), text(media, "type"),
                           protocol.empty() ? "(unknown)" : protocol, codec.empty() ? "unknown codec" : codec);
    for (const auto& stream : list(media, "streams")) out += stream_line(dict(stream));
    return out;
}

std::string subscriptions(const Dict& party, const char* key, std::string_view words) {
    std::string out;
    for (const auto& each : list(party, key)) out += fmt::format("---     {} media with monologue tag '{}'\n", words, text(dict(each), "tag"));
    return out;
}

std::string party_block(const Dict& party, bool first, std::int64_t now) {
    auto out = fmt::format("--- Tag '{}', type: {}, label '{}', branch '{}', callduration {}\n", text(party, "tag"), first ? "FROM_TAG" : "TO_TAG",
                           text(party, "label"), text(party, "via-branch"), now - number(party, "created"));
    out += subscriptions(party, "subscriptions", "subscribed to") + subscriptions(party, "subscribers", "subscription of");
    for (const auto& media : list(party, "medias")) out += media_block(dict(media));
    return out;
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string interface_block(const Dict& interface) {
    const auto &ports = dict(interface, "ports"), &in = dict(interface, "ingress"), &out = dict(interface, "egress"),
               &quality = dict(interface, "voip_metrics");
    const auto address = text(interface, "address");
    const auto traffic = [](const Dict& of) { return fmt::format("{:10} / {:10} / {:10}", number(of, "packets"), number(of, "bytes"), number(of, "errors")); };
    const auto average = [&](const char* key) { return real(quality, key); };
    return fmt::format("Interface '{}' address '{}' ({})\n Port range: {:5} - {:5}\n Ports used: {:5} / {:5} ({:5.1f}%)\n"
                       " Packets/bytes/errors:\n  Ingress:   {}\n  Egress:    {}\n Packets lost/duplicates: {:10} / {:10}\n"
                       " MOS:    avg {:.1f}, packet loss avg {:3.0f}%\n Jitter: avg {:3.0f} (measured {:3.0f})\n RTT:    e2e {:.0f}, dsct {:.0f}\n",
                       text(interface, "name"), address, address.find(':') == std::string::npos ? "IPv4" : "IPv6", number(ports, "min"),
                       number(ports, "max"), number(ports, "used"), number(ports, "totals"), real(ports, "used_pct"), traffic(in), traffic(out),
                       number(interface, "packets_lost"), number(interface, "duplicates"), average("mos_average"), average("packetloss_average"),
                       average("jitter_average"), average("jitter_measured_average"), average("rtt_e2e_average"), average("rtt_dsct_average"));
}

} // namespace

std::string session_line(const Dict& call) {
    const auto flag = [&](const char* key) { return number(call, key) ? 'y' : 'n'; };
    return fmt::format("ID: {:>60} | del:{} | creat:{:12} | prx:{} | redis:{:2} | frgn:n | rec:{}\n", text(call, "call_id"), flag("deleting"),
                       number(call, "created"), text(call, "created_from"), -1, flag("recording"));
}

std::string session_detail(const std::string& id, const Dict& report) {
    const auto signal = number(report, "last signal");
    auto out = fmt::format("\ncallid: {}\ndeletionmark: {}\ncreated: {}\nproxy: {}\ntos: {}\nlast_signal: {}\nredis_keyspace: -1\n"
                           "last redis update: 0\nforeign: no\nrecording: {}\n\n",
                           id, yes_no(number(report, "deleting")), number(report, "created"), text(report, "created_from"), number(report, "tos"),
                           signal, yes_no(number(dict(report, "recording"), "call recording")));
    bool first = true;
    for (const auto& [tag, party] : dict(report, "tags")) {
        out += party_block(dict(party), first, number(report, "now")) + "\n";
        first = false;
    }
    return out;
}

std::string totals(const Dict& statistics) {
    auto out = "Statistics over currently running sessions:\n\n" + lines(dict(statistics, "currentstatistics"), current_labels);
    out += "\nTotal statistics (does not include current running sessions):\n\n" + lines(dict(statistics, "totalstatistics"), total_labels);
    out += "\nMOS statistics:\n\n" + metric_lines(dict(statistics, "mos"), "mos", "MOS");
    const auto& quality = dict(statistics, "voip_metrics");
    out += "\nVoIP metrics:\n\n" + quality_lines(quality) + lines(quality, rtp_labels);
    out += "\nControl statistics:\n\n" + control_table(dict(statistics, "controlstatistics")) + "\n";
    for (const auto& interface : list(statistics, "interfaces"))
        out += fmt::format("VoIP metrics for interface {}/{}:\n\n", text(dict(interface), "name"), text(dict(interface), "address")) +
               quality_lines(dict(dict(interface), "voip_metrics")) + "\n";
    return out;
}

std::string counters(const Dict& statistics) {
    std::string out = "\nCurrent per-second counters:\n\n";
    for (const auto& each : current_labels)
        if (each.text.find("per second") != std::string_view::npos) out += line(each.text, shown(dict(statistics, "currentstatistics"), each.key));
    return out;
}

std::string interfaces(const Dict& statistics) {
    std::string out;
    for (const auto& each : list(statistics, "interfaces")) out += (out.empty() ? "" : "\n") + interface_block(dict(each));
    return out;
}

} // namespace rtpengine::edge::cli
