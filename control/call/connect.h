// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "control/call/model.h"

namespace rtpengine::call {

// Media of `from` and those of `to` that stand for them (specification section 2.21): of the same mid and type, else the next one of that
// type from the same place on. Without any, a media isn't there.
struct Joint {
    Media* from;
    Media* to;
};
std::vector<Joint> joints(const Party& from, const Party& to);

// Both hear each other, and nobody else whom they were in a dialogue with. `touch` was told of both.
void connect(const Joint& joint, const Touch& touch);
// The one hears the other, and whom it has heard before.
void add_flow(Media& from, Media& to);

} // namespace rtpengine::call
