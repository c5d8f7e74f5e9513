// SPDX-License-Identifier: Apache-2.0
// ICE between SDP, media and rules.
#pragma once

#include "control/call/model.h"
#include "control/call/terms.h"
#include "control/sdp/print.h"
#include "link.pb.h"

namespace rtpengine::call {

// There is an agent of ours towards the party. What isn't RTP (a data channel) has the parties' own: its attributes are copied.
inline bool has_agent(const MediaFacts& media) { return media.ice && !media.passthrough && sdp::is_rtp(media.protocol); }

// What the media's party says of it.
void take_ice(const Terms& terms, const sdp::Section& section, Media& media);
// Whether the receiver is offered it, and in which roles: of the sender's section.
void choose_ice(const Terms& terms, const sdp::Section& section, Media& sender, Media& receiver);
// Credentials of ours, where there are none. Before anybody is told anything.
void give_credentials(Media& media);
// More of the party's candidates (RFC 8838), of sections that wait for some; those of another session are not taken.
void trickle(const sdp::Session& fragment, Party& party);

// The stream's part in the checks.
void put_ice(link::Stream& stream, const Media& media, const PortSet& set, const LocalPort& port);
// By which of the party's ports packets leave: that of the selected pair, or the primary one. nullptr: there is none.
const LocalPort* exit_port(const Media& media, const PortSet& set, unsigned stream);
// What it is to the port's component that a worker has selected a pair of that port, or lost it (`remote` unknown). nullopt: nothing new.
std::optional<SelectedPair> new_pair(const Media& media, const LocalPort& port, const Endpoint& remote);

} // namespace rtpengine::call
