// SPDX-License-Identifier: Apache-2.0
#include "control/call/final_report.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/call/ice.h"
#include "control/call/instance.h"
#include "control/call/usage.h"

namespace rtpengine::call {

namespace {

template <class... Args> void line(const Call& call, fmt::format_string<Args...> format, Args&&... args) {
    log::record(log::Level::info, log::Subsystem::core, {call.id}, format, std::forward<Args>(args)...);
}

void log_stream(const Call& call, const Media& media, unsigned stream, const Sent& sent, const StateReader& read) {
    const auto* port = media.current ? exit_port(media, *media.current, stream) : nullptr;
    if (!port) return;
    const auto usage = usage_of(media, stream, sent, read);
    const auto remote = usage.remote.value_or(stream ? media.rtcp.signalled : media.rtp.signalled);
    const auto last = std::max(usage.last_packet, call.created);
    line(call, "--------- Port {:>15}:{:<5} <> {:>15}:{:<5}{}, SSRC {:x}, in {} p, {} b, {} e, {} ts, out {} p, {} b, {} e",
         port->local->address.str(), port->lease->port(), log::marked(remote.address.str()), remote.port,
         stream ? " (RTCP)" : "", usage.ssrcs.empty() ? 0 : usage.ssrcs.front().ssrc, usage.in.packets, usage.in.bytes,
         usage.in.errors, seconds_between(last, BootClock::now()), usage.out.packets, usage.out.bytes, usage.out.errors);
}

void log_party(const Call& call, const Party& party, const Sent& sent, const StateReader& read) {
    const auto age = seconds_between(party.created, BootClock::now());
    line(call, "--- Tag '{}'{}, created {}:{:02} ago for branch '{}'", log::marked(party.tag),
         party.label.empty() ? "" : " (label '" + party.label + "')", age / 60, age % 60, party.via_branch);
    for (const auto& media : party.medias) {
        for (const auto& subscription : media->subscriptions)
            line(call, "---     subscribed to media with monologue tag '{}' (index: {})", log::marked(subscription.source->party->tag),
                 subscription.source->index);
        const auto codec = used_codec(*media, usage_of(*media, 0, sent, read));
        line(call, "------ Media #{} ({} over {}){}", media->index, media->type, sdp::protocol_name(media->protocol),
             codec.empty() ? "" : " using " + codec);
        for (unsigned stream = 0; stream < 2 * media->pairs; ++stream) log_stream(call, *media, stream, sent, read);
    }
}

} // namespace

void log_final_report(const Call& call, const StateReader& read) {
    if (!log::enabled(log::Level::info, log::Subsystem::core)) return;
    const auto sent = sent_by_exit(call, read);
    line(call, "Final packet stats:");
    for (const auto& party : call.parties)
        if (!party->gone) log_party(call, *party, sent, read);
}

} // namespace rtpengine::call
