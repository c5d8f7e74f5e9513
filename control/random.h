// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

namespace rtpengine {

// `length` characters of [0-9a-zA-Z]: ICE user fragments, passwords, foundations.
std::string random_token(std::mt19937_64& random, std::size_t length);
// `length` lower-case hexadecimal digits.
std::string random_hex(std::mt19937_64& random, std::size_t length);

} // namespace rtpengine
