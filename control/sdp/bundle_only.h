// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/sdp/model.h"

namespace rtpengine::sdp {

// In an offer, port 0 with a=bundle-only rejects nothing: who takes the bundle has that media at the head's address (RFC 9143 section
// 6). Gives such sections the address of the head of their group.
void place_bundle_only(Session& session);

} // namespace rtpengine::sdp
