// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/sdp/model.h"
#include "store.pb.h"

namespace rtpengine::store {

// An SDP section as a record, and back. What can't be parsed again comes back empty.
void write(const sdp::Section& section, Section& record);
sdp::Section read(const Section& record);

} // namespace rtpengine::store
