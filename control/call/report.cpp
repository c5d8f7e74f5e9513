// SPDX-License-Identifier: Apache-2.0
#include "control/call/report.h"

#include <algorithm>

#include "control/call/instance.h"
#include "control/call/refresh.h"
#include "control/call/usage.h"
#include "control/ng/coerce.h"

namespace rtpengine::call {

namespace {

using ng::Dict;
using ng::List;

constexpr std::int64_t us_per_s = 1'000'000;

std::int64_t shown_or_0(BootTime moment) { return moment == BootTime{} ? 0 : shown_s(moment); }

struct Context {
    const Call& call;
    const StateReader& read;
    Sent sent;
    bool ssrc_inline, ssrc_global;
};

struct ReportTotals {
    Counters rtp, rtcp;
};

Dict counters(const Counters& from) {
    Dict dict;
    dict.add("packets", from.packets);
    dict.add("bytes", from.bytes);
    dict.add("errors", from.errors);
    return dict;
}

const char* family_name(Family family) { return family == Family::ipv6 ? "IPv6" : "IPv4"; }

Dict endpoint(const std::optional<Endpoint>& from) {
    Dict dict;
    if (!from || !from->address.known()) return dict;
    dict.add("family", family_name(from->address.family));
    dict.add("address", from->address.str());
    dict.add("port", std::int64_t{from->port});
    return dict;
}

void add_ssrc(Dict& to, const SsrcUsage& usage) {
    to.add("bytes", usage.bytes);
    to.add("packets", usage.packets);
    to.add("last RTP timestamp", usage.last_timestamp);
    to.add("last RTP seq", usage.extended_seq);
    to.add("cumulative loss", usage.lost);
}

List stream_flags(const Media& media, unsigned stream, const StreamUsage& usage, const Remote& remote) {
    List flags;
    const bool rtcp = stream == 1;
    flags.emplace_back(rtcp ? "RTCP" : "RTP");
    if (!rtcp && media.mux.active) flags.emplace_back("RTCP");
    if (remote.filled) flags.emplace_back("filled");
    if (usage.flags & state::confirmed) flags.emplace_back("confirmed");
    if (usage.in_kernel()) flags.emplace_back("kernelized");
    if (media.strict_source) flags.emplace_back("strict source address");
    if (media.media_handover) flags.emplace_back("media handover");
    return flags;
}

Dict stream_report(const Context& context, const Media& media, unsigned stream, ReportTotals& totals) {
    const auto usage = usage_of(media, stream, context.sent, context.read);
    const auto& remote = stream ? media.rtcp : media.rtp;
    const auto signalled = remote.filled ? std::optional(remote.signalled) : std::nullopt;
    Dict dict;
    if (const auto* port = media.current ? media.current->port(stream) : nullptr) {
        dict.add("local port", std::int64_t{port->lease->port()});
        dict.add("local address", port->local->address.str());
        dict.add("family", family_name(port->local->address.family));
    }
    dict.add("endpoint", endpoint(usage.remote ? usage.remote : signalled));
    dict.add("advertised endpoint", endpoint(signalled));
    const auto last = usage.last_packet != BootTime{} ? usage.last_packet : context.call.created;
    dict.add("last packet", shown_s(last));
    dict.add("last kernel packet", shown_or_0(usage.last_kernel));
    dict.add("last user packet", shown_s(usage.last_user != BootTime{} ? usage.last_user : last));
    if (!usage.ssrcs.empty()) dict.add("SSRC", std::int64_t{usage.ssrcs.front().ssrc});
    dict.add("flags", stream_flags(media, stream, usage, remote));
    dict.add("stats", counters(usage.in));
    dict.add("stats_out", counters(usage.out));
    (stream ? totals.rtcp : totals.rtp) += usage.in;
    return dict;
}

List media_flags(const Media& media) {
    List flags;
    const auto add = [&](bool on, const char* name) {
        if (on) flags.emplace_back(name);
    };
    add(media.initialized, "initialized");
    add(media.asymmetric, "asymmetric");
    add(media.send, "send");
    add(media.recv, "recv");
    add(media.mux.active, "rtcp-mux");
    add(media.ice, "ICE");
    add(media.unidirectional, "unidirectional");
    add(media.loop_check, "loop check");
    add(media.feedback, "RTCP feedback");
    add(media.echo == ng::MediaEcho::both, "echo");
    add(media.echo == ng::MediaEcho::blackhole, "blackhole");
    return flags;
}

List ssrc_list(const std::vector<SsrcUsage>& ssrcs, bool with_statistics) {
    List list;
    for (const auto& usage : ssrcs) {
        Dict dict;
        dict.add("SSRC", std::int64_t{usage.ssrc});
        if (with_statistics) add_ssrc(dict, usage);
        list.emplace_back(std::move(dict));
    }
    return list;
}

std::vector<SsrcUsage> ssrcs_towards(const Context& context, const Media& media) {
    std::vector<SsrcUsage> ssrcs;
    for (const auto& subscription : media.subscriptions) {
        auto usage = usage_of(*subscription.source, 0, context.sent, context.read);
        ssrcs.insert(ssrcs.end(), usage.ssrcs.begin(), usage.ssrcs.end());
    }
    return ssrcs;
}

Dict media_report(const Context& context, const Media& media, ReportTotals& totals) {
    const auto rtp = usage_of(media, 0, context.sent, context.read);
    Dict dict;
    dict.add("index", std::int64_t{media.index});
    dict.add("type", media.type);
    if (const auto name = sdp::protocol_name(media.protocol); !name.empty()) dict.add("protocol", name);
    if (const auto codec = used_codec(media, rtp); !codec.empty()) dict.add("codec", codec);
    List streams;
    for (unsigned stream = 0; stream < 2 * media.pairs; ++stream)
        streams.emplace_back(stream_report(context, media, stream, totals));
    dict.add("streams", std::move(streams));
    dict.add("flags", media_flags(media));
    dict.add("ingress SSRCs", ssrc_list(rtp.ssrcs, context.ssrc_inline));
    dict.add("egress SSRCs", ssrc_list(ssrcs_towards(context, media), context.ssrc_inline));
    return dict;
}

void add_peer(List& list, const Party& peer, Subscription::Kind kind) {
    Dict dict;
    dict.add("tag", peer.tag);
    dict.add("type", name_of(kind));
    list.emplace_back(std::move(dict));
}

// Of each party that it receives from the first one.
std::vector<const Subscription*> sources_of(const Party& party) {
    std::vector<const Subscription*> sources;
    for (const auto& media : party.medias)
        for (const auto& subscription : media->subscriptions)
            if (std::none_of(sources.begin(), sources.end(),
                             [&](const auto* known) { return known->source->party == subscription.source->party; }))
                sources.push_back(&subscription);
    return sources;
}

List subscribers_of(const Call& call, const Party& party) {
    List subscribers;
    for (const auto& other : call.parties)
        for (const auto* subscription : sources_of(*other))
            if (subscription->source->party == &party) add_peer(subscribers, *other, subscription->kind);
    return subscribers;
}

Dict party_report(const Context& context, const Party& party, ReportTotals& totals) {
    Dict dict;
    dict.add("tag", party.tag);
    if (!party.via_branch.empty()) dict.add("via-branch", party.via_branch);
    if (!party.aliases.empty()) {
        List aliases;
        for (const auto& alias : party.aliases) aliases.emplace_back(alias);
        dict.add("tag-aliases", std::move(aliases));
    }
    if (!party.label.empty()) dict.add("label", party.label);
    dict.add("created", shown_s(party.created));
    if (!party.metadata.empty()) dict.add("metadata", party.metadata);
    const auto sources = sources_of(party);
    List subscriptions;
    for (const auto* subscription : sources) add_peer(subscriptions, *subscription->source->party, subscription->kind);
    dict.add("subscriptions", std::move(subscriptions));
    dict.add("subscribers", subscribers_of(context.call, party));
    if (!sources.empty()) dict.add("in dialogue with", sources.front()->source->party->tag);
    List medias;
    for (const auto& media : party.medias) medias.emplace_back(media_report(context, *media, totals));
    dict.add("medias", std::move(medias));
    return dict;
}

std::vector<const Party*> selected(const Call& call, std::string_view tag) {
    std::vector<const Party*> parties;
    if (tag.empty()) {
        for (const auto& party : call.parties) parties.push_back(party.get());
        return parties;
    }
    const auto* party = call.find_tag(tag);
    if (!party) return parties;
    parties.push_back(party);
    for (const auto* subscription : sources_of(*party)) parties.push_back(subscription->source->party);
    return parties;
}

void add_global_ssrcs(const Context& context, const std::vector<const Party*>& parties, Dict& report) {
    Dict ssrcs;
    for (const auto* party : parties)
        for (const auto& media : party->medias)
            for (const auto& usage : usage_of(*media, 0, context.sent, context.read).ssrcs) {
                const auto key = std::to_string(usage.ssrc);
                if (ssrcs.find(key)) continue;
                Dict dict;
                add_ssrc(dict, usage);
                ssrcs.add(key, std::move(dict));
            }
    report.add("SSRC", std::move(ssrcs));
}

} // namespace

ng::Dict call_report(const Call& call, std::string_view tag, const StateReader& read, std::string_view reporting) {
    const bool by_default = reporting.empty() || reporting == "full";
    const Context context{call, read, sent_by_exit(call, read), by_default || reporting == "inline",
                          by_default || reporting == "global"};
    const auto parties = selected(call, tag);
    Dict report;
    const auto created_us = shown_us(call.created);
    report.add("created", created_us / us_per_s);
    report.add("created_us", created_us % us_per_s);
    report.add("created_ts", created_us);
    report.add("last signal", shown_s(call.last_signal));
    report.add("last redis update", 0);
    if (context.ssrc_global) add_global_ssrcs(context, parties, report);

    ReportTotals totals;
    Dict tags;
    for (const auto* party : parties)
        tags.add(party->tag.empty() ? "<untagged " + std::to_string(party->number) + ">" : party->tag,
                 party_report(context, *party, totals));
    report.add("tags", std::move(tags));
    Dict sums;
    sums.add("RTP", counters(totals.rtp));
    sums.add("RTCP", counters(totals.rtcp));
    report.add("totals", std::move(sums));
    return report;
}

} // namespace rtpengine::call
