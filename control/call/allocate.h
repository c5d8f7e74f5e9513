// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "control/call/basket.h"
#include "control/call/exchange.h"

namespace rtpengine::call {

inline constexpr const char* out_of_ports = "Ran out of ports";

// The interface and the ports of every media of the exchange (specification section 4.7).
// Error: out_of_ports, or too many for one call. Not all of them may be open: Basket::complete().
Status allocate_ports(Exchange& exchange, ports::Interfaces& interfaces, Basket& basket);

// Takes all ports of a party out of use; they close with the next commit.
void release_ports(Party& party);

} // namespace rtpengine::call
