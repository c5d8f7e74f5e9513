// SPDX-License-Identifier: Apache-2.0
// What the workers counted for the streams of a call, put together from their shared state.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "common/state/refusal.h"
#include "control/call/model.h"
#include "control/call/streams.h"

namespace rtpengine::call {

struct SsrcUsage {
    std::uint32_t ssrc = 0;
    std::uint64_t packets = 0, bytes = 0, last_timestamp = 0, extended_seq = 0, lost = 0;
};

struct StreamUsage {
    Counters in, out;
    Counters kernel_in;                // of `in`: what the kernel forwarded from the ports that are open
    std::uint64_t flags = 0;           // state::Flag, of the current port
    std::uint64_t path = 0;            // state::Path, of the current port
    BootTime last_packet;              // BootTime{}: none; as the two below
    BootTime last_user, last_kernel;   // of the ports that are open
    std::optional<Endpoint> remote;    // current destination
    std::vector<SsrcUsage> ssrcs;
    std::map<int, std::uint64_t> payload_types; // packets
    Counters other_ssrcs;                       // of SSRCs beyond those, counted together
    std::uint64_t other_types = 0;              // packets, likewise
    // Of the ports that are open, in userspace: packets that were refused, by state::Refusal, and how often another source became
    // the destination.
    std::array<std::uint64_t, state::refusal_texts.size()> refused{};
    std::uint64_t moved = 0;
    std::uint64_t withheld = 0; // checks of ICE that weren't sent: off limits, or too many

    bool in_kernel() const { return path == static_cast<std::uint64_t>(state::Path::kernel); }
    // No kernel can do it while its rule is what it is.
    bool never_in_kernel() const {
        using enum state::Path;
        const auto is = [this](state::Path one) { return path == static_cast<std::uint64_t>(one); };
        return is(no_table) || is(family) || is(loop_check) || is(destinations) || is(srtp) || is(edited);
    }
};

// Packets sent out of a stream's port, by the stream's id.
using Sent = std::map<std::uint64_t, Counters>;
Sent sent_by_exit(const Call& call, const StateReader& read);

// Of one stream of a media (0 RTP, 1 RTCP), over all ports it has used.
StreamUsage usage_of(const Media& media, unsigned stream, const Sent& sent, const StateReader& read);

// Where a media's packets are forwarded, by those of its streams that receive any; userspace if none does.
enum class MediaPath { userspace, kernel, mixed };
MediaPath path_of(const Media& media, const StateReader& read);

// NAME/RATE[/CHANNELS] of the payload type with the most packets; empty: no packets or an unknown one.
std::string used_codec(const Media& media, const StreamUsage& usage);

} // namespace rtpengine::call
