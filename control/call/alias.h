// SPDX-License-Identifier: Apache-2.0
// A party that comes with a new tag is recognised by what it says (`alias-key`, specification section 4.4).
#pragma once

#include <string>

#include "control/call/model.h"
#include "control/ng/flags.h"

namespace rtpengine::call {

// What a message is recognised by: a digest of its SDP, or the address of its first section. "": nothing was asked for, or there is none.
std::string alias_key(const ng::Flags& flags, const sdp::Session& session);

// The party has said this.
void remember(Party& party, const std::string& key);
// The latest party that has said it. nullptr: nobody, or "" is asked for.
Party* find_alias(const Call& call, const std::string& key);

} // namespace rtpengine::call
