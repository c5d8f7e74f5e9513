// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

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
    std::function<std::size_t()> connections; // how many there are
    const link::InstanceConfig& config; // as it was when this process was started
};

} // namespace rtpengine::edge
