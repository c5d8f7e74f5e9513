// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "control/ng/flags.h"

namespace rtpengine::call {

// What goes with an SDP body: what its request wants, and whether it offers or answers.
struct Terms {
    const ng::Flags& flags;
    bool offer;
    const std::string* certificate = nullptr; // ours, for DTLS; none: we have no part in that
};

} // namespace rtpengine::call
