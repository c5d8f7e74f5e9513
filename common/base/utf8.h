// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace rtpengine {

// Length of the well-formed UTF-8 sequence at the start of `text`, which is not empty; 0: there is none (RFC 3629).
std::size_t utf8_sequence(std::string_view text);

// The character of such a sequence.
char32_t utf8_character(std::string_view sequence);

} // namespace rtpengine
