// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace rtpengine {

// Numbers of the kernel's that nobody can guess: keys. Throws std::system_error where it has none.
void random_bytes(std::span<std::uint8_t> out);

} // namespace rtpengine
