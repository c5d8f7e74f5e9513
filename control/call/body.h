// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

#include "control/call/exchange.h"

namespace rtpengine::call {

// The SDP for the receiver of the exchange, whose ports are open by now; remembers what was sent to it.
// `loop_id`: our own, for loop-protect. "": there is no section that could be used. An error: the text is too long;
// nothing is remembered then.
Result<std::string> write_body(Exchange& exchange, const std::string& loop_id, std::mt19937_64& random);

} // namespace rtpengine::call
