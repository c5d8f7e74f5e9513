/* SPDX-License-Identifier: Apache-2.0 */
// Random numbers, the same with every run.
#pragma once

#include <cstdint>
#include <span>

namespace making {

uint32_t upto(uint32_t last);
bool one_in(uint32_t n);
void fill(std::span<uint8_t> bytes);

} // namespace making
