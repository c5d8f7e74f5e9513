// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/model.h"

namespace rtpengine::call {

// Of a body that speaks for nobody but us (specification section 5.4, "no S"): its origin is one that hasn't been before, in case nothing
// was sent to the party yet.
sdp::Session own_session();
// A section of that. It has no attributes of its own.
sdp::Section own_section(const Media& media, const sdp::CodecList& codecs);

} // namespace rtpengine::call
