// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/result.h"
#include "common/srtp/parameters.h"

namespace rtpengine::srtp {

// Of the keys of one direction, all of them: others have another one, and nobody finds keys by it. Never 0.
// Errors: OpenSSL's.
Result<std::uint64_t> fingerprint(std::span<const Parameters> keys);

} // namespace rtpengine::srtp
