/* SPDX-License-Identifier: Apache-2.0 */
// What libsrtp2 has no say in.
#pragma once

#include "sides.h"
#include "suite.h"

namespace making {

inline const Suite usual = suite_of(RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80, 4);

// Parameters that are refused.
void bad_parameters(Steps& steps);
// Packets that are no packets, and no room.
void bad_packets(Steps& steps);
void last_indices(Steps& steps);
// A fifth SSRC has no place until one of the four was idle for long; and that one doesn't return.
void many_ssrcs(Steps& steps, bool incoming);
// The state that a few packets leave, bit by bit.
void snapshot(Steps& steps);
void matching(Steps& steps);

} // namespace making
