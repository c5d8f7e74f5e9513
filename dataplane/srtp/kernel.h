// SPDX-License-Identifier: Apache-2.0
// Keys in the kernel module's words (kmod/xt_RTPENGINE/uapi), for streams that move into the kernel and back: pure.
#pragma once

#include "common/srtp/parameters.h"
#include "common/srtp/source.h"
#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::srtp {

// False, and `to` is of any content: the module can't do it (f8, MKIs of more than 32 bytes), or the parameters aren't valid().
bool to_kernel(const Parameters& parameters, rtpengine_srtp& to);

// RTP that the kernel has used of what it was lent is used here, too, whatever becomes of the turn. Twice does no harm.
void from_kernel(Source& source, const Marks& kernel, const Turn& turn);

} // namespace rtpengine::srtp
