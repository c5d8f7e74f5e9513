// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "common/state/announcements.h"
#include "common/state/view.h"
#include "dataplane/flow/bundle.h"
#include "dataplane/flow/loop_guard.h"
#include "dataplane/flow/rule.h"
#include "dataplane/io/route.h"
#include "dataplane/worker/handshake.h"
#include "dataplane/worker/ice_port.h"
#include "dataplane/worker/protection.h"
#include "dataplane/worker/rtp_counters.h"
#include "dataplane/worker/waiting.h"

namespace rtpengine::dataplane {

// A sink, ready to be sent to.
struct Exit {
    io::Route route;
    flow::Component takes;
    const state::Map* map = nullptr; // of the worker that has the exit stream
    const state::Announcements* announced = nullptr; // likewise
    // The exit stream's, as far as we know; its remote is the destination. Another stream may have that memory by now.
    mutable const state::StreamRecord* record = nullptr;
    std::shared_ptr<Protection> send = nullptr; // none: as plain RTP, or as it came
    bool silent = false; // nothing is sent now
    // It sends with the keys that the stream receives with, and another party has used: what is authentic leaves as it came, since
    // no index of theirs may be used for anything else.
    bool same_keys = false;
    std::unique_ptr<const rtp::Edit> edit = nullptr; // none: packets leave as they came
    std::uint64_t members = 0; // of the stream's bundle, whose RTP it takes: a bit each; 0: of all

    // nullptr: it is not open.
    const state::StreamRecord* living() const {
        if (record && record->id.get() == route.stream) return record;
        record = map ? map->stream(route.slot).get() : nullptr;
        return record && record->id.get() == route.stream ? record : nullptr;
    }
    // Another rule of the exit stream has been announced: where it leads may not be what has been promised.
    bool awaits_rule() const {
        const auto* exit = living();
        return exit && announced && announced->get(route.slot) != state::edition_of(*exit);
    }
};

// What the packet path needs of an open stream; lies in an array by slot.
struct Stream {
    state::StreamRecord* record = nullptr; // null: not open
    std::uint32_t edition = 0; // of `rule`
    enum class Kernel : std::uint8_t { no, has, returns };
    // Indices of SRTP are lent to a rule, or to one that was withdrawn and is not collected yet: then packets wait.
    Kernel kernel = Kernel::no;
    bool gave_up = false;      // another rule has been announced, and packets have waited for it in vain
    flow::Rule rule;
    flow::Learned learned; // `record` says the same to the other processes
    std::shared_ptr<Protection> receive; // none: packets are taken as they come
    std::vector<Exit> exits;
    RtpCounters rtp;
    io::Route echo; // back out of its own port
    std::unique_ptr<flow::LoopGuard> loop_guard;
    LineHandle line; // of packets that wait for rules; nearly never
    std::unique_ptr<IcePort> ice; // none: nobody checks connectivity here
    std::unique_ptr<flow::Bundle> bundle; // none: all is of one media
    std::unique_ptr<Handshake> handshake; // there: without `receive` nothing is taken but DTLS

    bool protects() const {
        return receive || handshake || std::any_of(exits.begin(), exits.end(), [](const Exit& exit) { return exit.send != nullptr; });
    }
    // What leaves is another thing than what came, or goes to some of the exits only.
    bool edits() const {
        return bundle || std::any_of(exits.begin(), exits.end(), [](const Exit& exit) { return exit.edit != nullptr; });
    }
};

} // namespace rtpengine::dataplane
