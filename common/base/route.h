// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "common/base/endpoint.h"

namespace rtpengine {

// The address of this host that its routes would send from towards `peer`. nullopt: there is no route. Sends nothing.
std::optional<Address> source_towards(const Address& peer);

} // namespace rtpengine
