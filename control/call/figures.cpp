// SPDX-License-Identifier: Apache-2.0
#include "control/call/figures.h"

#include <algorithm>

#include "common/state/totals.h"
#include "control/call/each_port.h"

namespace rtpengine::call {

namespace {

Counters counted(const link::SinkCounters& sink) { return {sink.packets(), sink.bytes(), sink.errors()}; }

Media* find_media(Call& call, const Leaving& leaving) {
    auto* party = call.find_number(leaving.party);
    return party && leaving.media <= party->medias.size() ? party->medias[leaving.media - 1].get() : nullptr;
}

} // namespace

void book_removed(Call& call, const std::vector<link::SinkCounters>& removed) {
    if (removed.empty()) return;
    for_each_port(call, [&](PortSet&, LocalPort& port) {
        for (const auto& sink : removed) {
            if (sink.stream() != port.id) continue;
            port.out += counted(sink);
            port.media->party->changes();
        }
    });
}

void book_closed(Call& call, const Leaving& leaving, const std::vector<link::SinkCounters>& removed, const worker::Workers& workers) {
    auto* media = find_media(call, leaving);
    if (!media) return;
    const auto& port = leaving.port;
    auto& former = media->former[port.stream];
    media->party->changes();
    former.out += port.out;
    for (const auto& sink : removed)
        if (sink.stream() == port.id) former.out += counted(sink);
    const auto record = workers.former(port.worker(), port.slot(), port.id);
    if (!record) return;
    const auto in = state::total_in(record), echo = state::total_echo(record);
    former.in += {in.packets, in.bytes, in.errors};
    former.out += {echo.packets, echo.bytes, echo.errors};
    former.last_packet = std::max(former.last_packet, state::last_packet(record));
}

} // namespace rtpengine::call
