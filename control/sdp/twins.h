// SPDX-License-Identifier: Apache-2.0
// The same media offered twice, once plain and once as SRTP, in two sections one behind the other: how OSRTP was done before
// RFC 8643 (specification section 6.4).
#pragma once

#include "control/sdp/model.h"

namespace rtpengine::sdp {

// Makes one section of each such pair: the SRTP one, unless that alone is rejected. It knows its twin.
void fold_twins(Session& session);

// RTP/AVP of RTP/SAVP, and so on; `other` of what isn't SRTP.
Protocol plain_protocol(Protocol protocol);

} // namespace rtpengine::sdp
