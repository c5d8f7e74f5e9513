// SPDX-License-Identifier: Apache-2.0
// Who comes and goes in a call: parties are named by their places in it, so a place that somebody has left is for the next one.
#pragma once

#include <string>

#include "control/call/model.h"

namespace rtpengine::call {

// A party with nothing but its tag, which will have so many media.
Party& take_place(Call& call, const std::string& tag, std::size_t medias, BootTime now, const Touch& touch);

// Nothing of the party stays, in no report either; its ports close with the next commit. `touch` was told of everybody.
void leave_place(Party& party);

// Its label, which is nobody else's then; "": as it is.
void give_label(Party& party, const std::string& label, const Touch& touch);

} // namespace rtpengine::call
