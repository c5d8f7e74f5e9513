// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/options/netfilter.h"

namespace rtpengine::supervisor::netfilter {

// --nftables-start, -stop, -status: does it, prints the outcome, returns the exit status.
int perform(const options::NetfilterAction& action);

} // namespace rtpengine::supervisor::netfilter
