// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rtpengine::sdp {

// RFC 4648 section 4; `padded`: with '=' to a multiple of four characters.
std::string base64(std::span<const std::uint8_t> bytes, bool padded);
// With or without padding. False: it isn't base64 of exactly out.size() bytes; `out` is of any content then.
bool read_base64(std::string_view text, std::span<std::uint8_t> out);

} // namespace rtpengine::sdp
