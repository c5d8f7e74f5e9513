// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/ng/value.h"

namespace rtpengine::ng {

// Reads one dictionary from the start of `text`; what follows its closing "e" is ignored.
// The error is the protocol's error-reason.
Result<Dict> decode_bencode(std::string_view text);

} // namespace rtpengine::ng
