// SPDX-License-Identifier: Apache-2.0
#include "control/call/report.h"

#include <algorithm>
#include <set>

#include "control/call/bundle.h"
#include "control/call/ice.h"
#include "control/call/instance.h"
#include "control/call/recording.h"
#include "control/call/refresh.h"
#include "control/call/usage.h"

namespace rtpengine::call {

namespace {

using ng::Writer;

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

void write_counters(const Counters& from, Writer& to) {
    to.add("packets", from.packets);
    to.add("bytes", from.bytes);
    to.add("errors", from.errors);
}

std::string_view family_name(Family family) { return family == Family::ipv6 ? "IPv6" : "IPv4"; }

void write_endpoint(const std::optional<Endpoint>& from, Writer& to) {
    if (!from || !from->address.known()) return;
    to.add("family", family_name(from->address.family));
    to.add("address", from->address.str());
    to.add("port", from->port);
}

void write_ssrc(const SsrcUsage& usage, Writer& to) {
    to.add("bytes", usage.bytes);
    to.add("packets", usage.packets);
    to.add("last RTP timestamp", usage.last_timestamp);
    to.add("last RTP seq", usage.extended_seq);
    to.add("cumulative loss", usage.lost);
}

void write_stream_flags(const Media& media, unsigned stream, const StreamUsage& usage, const Remote& remote, Writer& to) {
    const bool rtcp = stream % 2 == 1;
    const auto add = [&](bool on, std::string_view name) {
        if (on) to.item(name);
    };
    to.item(rtcp ? "RTCP" : "RTP");
    add(!rtcp && media.mux.active, "RTCP");
    add(!rtcp && !media.mux.active && (media.mux.asked || media.mux.offered), "fallback RTCP");
    add(remote.filled, "filled");
    add(usage.flags & state::confirmed, "confirmed");
    add(usage.in_kernel(), "kernelized");
    add(media.current && usage.never_in_kernel(), "no kernel support");
    add(carrier(media).dtls.is_done(stream), "DTLS fingerprint verified");
    add(media.strict_source, "strict source address");
    add(media.media_handover, "media handover");
}

void write_stream(const Context& context, const Media& media, unsigned stream, ReportTotals& totals, Writer& to) {
    const auto usage = usage_of(media, stream, context.sent, context.read);
    const auto& remote = stream ? media.rtcp : media.rtp;
    const auto signalled = remote.filled ? std::optional(remote.signalled) : std::nullopt;
    if (const auto* port = media.current ? exit_port(media, *media.current, stream) : nullptr) {
        to.add("local port", port->lease->port());
        to.add("local address", port->local->address.str());
        to.add("family", family_name(port->local->address.family));
    }
    to.dict("endpoint", [&](Writer& of) { write_endpoint(usage.remote ? usage.remote : signalled, of); });
    to.dict("advertised endpoint", [&](Writer& of) { write_endpoint(signalled, of); });
    const auto last = usage.last_packet != BootTime{} ? usage.last_packet : context.call.created;
    if (media.keys.agreed) to.add("crypto suite", media.keys.agreed->ours.suite->name);
    if (const auto* keys = carrier(media).dtls.keys_of(stream)) to.add("crypto suite", keys->ours.suite->name);
    to.add("last packet", shown_s(last));
    to.add("last kernel packet", shown_or_0(usage.last_kernel));
    to.add("last user packet", shown_s(usage.last_user != BootTime{} ? usage.last_user : last));
    if (!usage.ssrcs.empty()) to.add("SSRC", usage.ssrcs.front().ssrc);
    to.list("flags", [&](Writer& of) { write_stream_flags(media, stream, usage, remote, of); });
    to.dict("stats", [&](Writer& of) { write_counters(usage.in, of); });
    to.dict("stats_out", [&](Writer& of) { write_counters(usage.out, of); });
    (stream ? totals.rtcp : totals.rtp) += usage.in;
}

void write_media_flags(const Media& media, Writer& to) {
    const auto add = [&](bool on, std::string_view name) {
        if (on) to.item(name);
    };
    add(media.initialized, "initialized");
    add(media.asymmetric, "asymmetric");
    add(media.send, "send");
    add(media.recv, "recv");
    add(media.mux.active, "rtcp-mux");
    const auto& dtls = carrier(media).dtls;
    add(dtls.association.has_value(), "DTLS-SRTP");
    add(dtls.association && dtls.association->active, "DTLS role active");
    add(dtls.association && !dtls.association->active, "DTLS role passive");
    add(media.keys.agreed.has_value(), "SDES");
    add(media.passthrough, "passthrough");
    add(media.ice, "ICE");
    add(has_agent(media) && media.connectivity.trickle, "trickle ICE");
    add(has_agent(media) && media.connectivity.controlling(), "ICE controlling");
    add(has_agent(media) && media.connectivity.peer_lite, "ICE-lite peer");
    add(has_agent(media) && media.connectivity.lite, "ICE-lite self");
    add(media.unidirectional, "unidirectional");
    add(media.loop_check, "loop check");
    add(media.feedback, "RTCP feedback");
    add(media.echo == ng::MediaEcho::both, "echo");
    add(media.echo == ng::MediaEcho::blackhole, "blackhole");
    add(media.twin && !media.twin->after, "legacy OSRTP");
    add(media.twin && media.twin->after, "reverse legacy OSRTP");
}

void write_ssrcs(const std::vector<SsrcUsage>& ssrcs, bool with_statistics, Writer& to) {
    for (const auto& usage : ssrcs)
        to.dict([&](Writer& of) {
            of.add("SSRC", usage.ssrc);
            if (with_statistics) write_ssrc(usage, of);
        });
}

std::vector<SsrcUsage> ssrcs_towards(const Context& context, const Media& media) {
    std::vector<SsrcUsage> ssrcs;
    for (const auto& subscription : media.subscriptions) {
        auto usage = usage_of(*subscription.source, 0, context.sent, context.read);
        ssrcs.insert(ssrcs.end(), usage.ssrcs.begin(), usage.ssrcs.end());
    }
    return ssrcs;
}

void write_media(const Context& context, const Media& media, ReportTotals& totals, Writer& to) {
    const auto rtp = usage_of(media, 0, context.sent, context.read);
    to.add("index", media.index);
    to.add("type", media.type);
    if (const auto name = sdp::protocol_name(media.protocol); !name.empty()) to.add("protocol", name);
    if (const auto codec = used_codec(media, rtp); !codec.empty()) to.add("codec", codec);
    to.list("streams", [&](Writer& list) {
        for (unsigned stream = 0; stream < 2 * media.pairs; ++stream)
            list.dict([&](Writer& of) { write_stream(context, media, stream, totals, of); });
    });
    to.list("flags", [&](Writer& list) { write_media_flags(media, list); });
    to.list("ingress SSRCs", [&](Writer& list) { write_ssrcs(rtp.ssrcs, context.ssrc_inline, list); });
    to.list("egress SSRCs", [&](Writer& list) { write_ssrcs(ssrcs_towards(context, media), context.ssrc_inline, list); });
}

void write_peer(const Party& peer, Subscription::Kind kind, Writer& list) {
    list.dict([&](Writer& of) {
        of.add("tag", peer.tag);
        of.add("type", name_of(kind));
    });
}

// Of each party that it receives from the first one.
std::vector<const Subscription*> sources_of(const Party& party) {
    std::vector<const Subscription*> sources;
    for (const auto& media : party.medias)
        for (const auto& subscription : media->subscriptions)
            if (subscription.carries() && std::none_of(sources.begin(), sources.end(),
                             [&](const auto* known) { return known->source->party == subscription.source->party; }))
                sources.push_back(&subscription);
    return sources;
}

void write_subscribers(const Call& call, const Party& party, Writer& list) {
    for (const auto& other : call.parties)
        for (const auto* subscription : sources_of(*other))
            if (subscription->source->party == &party) write_peer(*other, subscription->kind, list);
}

void write_party(const Context& context, const Party& party, ReportTotals& totals, Writer& to) {
    to.add("tag", party.tag);
    if (!party.via_branch.empty()) to.add("via-branch", party.via_branch);
    if (!party.aliases.empty())
        to.list("tag-aliases", [&](Writer& list) {
            for (const auto& alias : party.aliases) list.item(alias);
        });
    if (!party.label.empty()) to.add("label", party.label);
    to.add("created", shown_s(party.created));
    if (!party.metadata.empty()) to.add("metadata", party.metadata);
    if (party.unrecorded || party.forwarding)
        to.dict("recording", [&](Writer& of) {
            of.add("excluded", party.unrecorded ? 1 : 0);
            of.add("forwarding", party.forwarding ? 1 : 0);
        });
    const auto sources = sources_of(party);
    to.list("subscriptions", [&](Writer& list) {
        for (const auto* subscription : sources) write_peer(*subscription->source->party, subscription->kind, list);
    });
    to.list("subscribers", [&](Writer& list) { write_subscribers(context.call, party, list); });
    const auto peer = std::ranges::find_if(sources, [](const auto* source) { return source->in_dialogue(); });
    if (peer != sources.end()) to.add("in dialogue with", (*peer)->source->party->tag);
    to.list("medias", [&](Writer& list) {
        for (const auto& media : party.medias) list.dict([&](Writer& of) { write_media(context, *media, totals, of); });
    });
}

std::vector<const Party*> selected(const Call& call, std::string_view tag) {
    std::vector<const Party*> parties;
    if (tag.empty()) {
        for (const auto& party : call.parties)
            if (!party->gone) parties.push_back(party.get());
        return parties;
    }
    const auto* party = call.find_tag(tag);
    if (!party) return parties;
    parties.push_back(party);
    for (const auto* subscription : sources_of(*party)) parties.push_back(subscription->source->party);
    return parties;
}

void write_global_ssrcs(const Context& context, const std::vector<const Party*>& parties, Writer& to) {
    std::set<std::uint32_t> seen;
    for (const auto* party : parties)
        for (const auto& media : party->medias)
            for (const auto& usage : usage_of(*media, 0, context.sent, context.read).ssrcs)
                if (seen.insert(usage.ssrc).second)
                    to.dict(std::to_string(usage.ssrc), [&](Writer& of) { write_ssrc(usage, of); });
}

} // namespace

void write_report(const Call& call, std::string_view tag, const StateReader& read, std::string_view reporting, Writer& to) {
    const bool by_default = reporting.empty() || reporting == "full";
    const Context context{call, read, sent_by_exit(call, read), by_default || reporting == "inline",
                          by_default || reporting == "global"};
    const auto parties = selected(call, tag);
    const auto created_us = shown_us(call.created);
    to.add("created", created_us / us_per_s);
    to.add("created_us", created_us % us_per_s);
    to.add("created_ts", created_us);
    to.add("last signal", shown_s(call.last_signal));
    to.add("last redis update", 0);
    if (!call.metadata.empty()) to.add("metadata", call.metadata);
    if (context.ssrc_global) to.dict("SSRC", [&](Writer& of) { write_global_ssrcs(context, parties, of); });

    ReportTotals totals;
    to.dict("tags", [&](Writer& tags) {
        for (const auto* party : parties)
            tags.dict(party->tag.empty() ? "<untagged " + std::to_string(party->number) + ">" : party->tag,
                      [&](Writer& of) { write_party(context, *party, totals, of); });
    });
    to.dict("totals", [&](Writer& sums) {
        sums.dict("RTP", [&](Writer& of) { write_counters(totals.rtp, of); });
        sums.dict("RTCP", [&](Writer& of) { write_counters(totals.rtcp, of); });
    });
    if (has_recorder(call))
        to.dict("recording", [&](Writer& of) {
            of.add("call recording", call.recording == Recording::on ? 1 : 0);
            of.add("forwarding", call.forwarding ? 1 : 0);
        });
}

} // namespace rtpengine::call
