// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "edge/admission.h"
#include "edge/link/control_link.h"
#include "edge/ng/plain.h"

namespace rtpengine::edge {

// What the sessions of HTTP clients have in common; outlives them.
struct Shared {
    ControlLink& control;
    PlainCookies& cookies;
    const Admission& admission;
    std::uint64_t http_idle_ms; // between two requests
};

} // namespace rtpengine::edge
