/* SPDX-License-Identifier: Apache-2.0 */
// The sides of a stream that steps are about.
#pragma once

#include "../module/srtp_test.h"
#include "file.h"

namespace making {

enum Sides : uint32_t { out_side, in_side, clone_side, spare_side };

// libsrtp2's first RTCP index is 1, ours 0 as in RFC 3711: begin behind 0.
srtp_test_create created(const rtpengine_srtp& config, bool incoming);

// The kernel has to make the same of `packet` as the session did.
void expect(Steps& steps, Kind kind, uint32_t side, const Bytes& packet, const Bytes& made, int err, bool is_rtcp);

} // namespace making
