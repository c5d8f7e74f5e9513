// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/ng/bounds.h"
#include "common/ng/value.h"

namespace rtpengine::ng {

struct JsonLimits {
    std::size_t size = max_document; // bytes
    unsigned depth = max_depth;
};

// The whole of `text` is one object. Booleans become 0 and 1; null counts as absent; a number that is no
// 64-bit integer is kept as it was written, as text. The last of equal keys wins. The error is the protocol's
// error-reason.
Result<Dict> decode_json(std::string_view text, const JsonLimits& limits = {});

// A string. Bytes that are no UTF-8 are replaced.
void append_json(std::string_view text, std::string& to);

} // namespace rtpengine::ng
