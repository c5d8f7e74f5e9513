// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "control/verbs/verb.h"

namespace rtpengine::verbs {

enum class Outcome { answered, not_open, no_ports }; // but for the first nothing was done

// Does a change of the job's call that takes ports. Done in one go with open ones; where some have to be opened first, given up, and
// done again when they are. Whatever comes of it is answered.
using ChangeWithPorts = std::function<Outcome(const Job& job, call::Basket& basket)>;
void with_ports(const Job& job, ChangeWithPorts change);

} // namespace rtpengine::verbs
