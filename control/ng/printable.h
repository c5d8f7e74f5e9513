// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rtpengine::ng {

// Bytes from outside as they may stand in a log line: one line, at most `limit` bytes of input, the rest left
// out.
std::string printable(std::string_view text, std::size_t limit = 200);

} // namespace rtpengine::ng
