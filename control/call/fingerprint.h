// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "link.pb.h"

namespace rtpengine::call {

// Of everything that a worker is told of a stream but its edition: two that are told the same have the same one, others another
// one, for all that chance allows.
std::uint64_t fingerprint(const link::Stream& stream);

} // namespace rtpengine::call
