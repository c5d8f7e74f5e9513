// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link.pb.h"

namespace rtpengine::call {

struct Media;

// How packets of one media leave for another one.
struct Treatment {
    bool blocked = false;    // but telephone events
    bool silenced = false;   // codecs whose silence we know
    bool as_it_came = false; // SRTP that isn't opened: nothing of it can be changed
    bool bundled = false;    // packets of other media come with it
    bool no_events = false;  // telephone events are dropped
};

// Blocked media has something that is let through (specification section 7.2).
bool has_events(const Media& source);

// `sink` says what the packets that it takes lose and what they are made of instead; nothing where they leave as they come.
void put_rtp_edit(link::Sink& sink, const Media& source, const Media& receiver, const Treatment& treatment);
void put_rtcp_edit(link::Sink& sink, const Media& source, const Media& receiver, const Treatment& treatment);

// What both do, for a sink that two media of a bundle have.
void add_edit(link::Sink& to, const link::Sink& from);

} // namespace rtpengine::call
