// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <random>
#include <string>

#include "control/call/exchange.h"

namespace rtpengine::call {

// The SDP for the receiver of the exchange, whose ports are open by now; remembers what was sent to it.
// `loop_id`: our own, for loop-protect. nullopt: there is no section that could be used.
std::optional<std::string> write_body(Exchange& exchange, const std::string& loop_id, std::mt19937_64& random);

} // namespace rtpengine::call
