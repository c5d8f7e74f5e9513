/* SPDX-License-Identifier: Apache-2.0 */
#include "chance.h"

#include <algorithm>
#include <random>

namespace making {

static std::mt19937 engine(1);

uint32_t upto(uint32_t last) {
    return std::uniform_int_distribution<uint32_t>(0, last)(engine);
}

bool one_in(uint32_t n) {
    return upto(n - 1) == 0;
}

void fill(std::span<uint8_t> bytes) {
    std::generate(bytes.begin(), bytes.end(), [] { return upto(255); });
}

} // namespace making
