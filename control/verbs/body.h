// SPDX-License-Identifier: Apache-2.0
// What verbs with an SDP body, in the request or in the reply, have in common.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "control/call/describe.h"
#include "control/verbs/with_ports.h"

namespace rtpengine::verbs {

Outcome refuse(const Job& job, const Error& error);

// Media whose party has named an address of ours.
void mark_loops(const std::vector<call::Said>& said, const ports::Interfaces& interfaces);

// A port that was just shown in an SDP learns from now on, and looks at what comes anew.
void restart_learning(call::Party& party);

// Trickle ICE: more candidates of the party of that tag, section by section: by their mids, else in their order. Who isn't known yet gets
// them when he is. A call that was made for them is nobody's.
void take_fragment(const Job& job, call::Change& change, const std::string& tag);
// What has come of a party's candidates before it did.
void take_early_fragments(const Job& job, call::Party& party);

// The last of a change: the body that a party is shown, and the reply around it, which `write` adds. Without a section that could be used,
// or with a body that is too long, it is an error, and nothing has happened.
using WriteReply = std::function<void(ng::Writer& keys, std::string_view body)>;
void conclude_body(const Job& job, const call::Description& description, call::Change& change, call::Basket& basket, std::string_view otherwise,
                   const WriteReply& write);

} // namespace rtpengine::verbs
