// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rtpengine {

// Text from outside as one line that a terminal shows as it is: bytes that are no UTF-8, control characters (C0, DEL, C1), line
// separators and changes of the direction of writing are there as \xNN, byte by byte. What is escaped already stays.
std::string escaped(std::string_view text);

// Likewise, of the first `limit` bytes; how many there are is said where some were left out.
std::string excerpt(std::string_view text, std::size_t limit = 200);

} // namespace rtpengine
