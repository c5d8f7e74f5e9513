// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/endpoint.h"
#include "control/call/model.h"
#include "control/ng/flags/body.h"

namespace rtpengine::call {

// The o= line for a receiver (specification section 5.4): the sender's, with what the replace flags make ours.
// `local`: the advertised address of the first usable section.
sdp::Origin choose_origin(const sdp::Origin& sender, const LastBody& last, const ng::BodyFlags& flags,
                          const Address& local);

// Without any sender: as the receiver has had it last, else `fresh`, from `local`.
sdp::Origin own_origin(const sdp::Origin& fresh, const LastBody& last, const ng::BodyFlags& flags, const Address& local);

// The version after `version`, a decimal number; unchanged when it isn't one.
std::string next_version(const std::string& version);

// Does this message put the version under our control?
bool owns_version(const ng::BodyFlags& flags);

} // namespace rtpengine::call
