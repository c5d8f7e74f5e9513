// SPDX-License-Identifier: Apache-2.0
#include "control/call/made_up_name.h"

#include <array>

#include "control/random_bytes.h"

namespace rtpengine::call {

std::string made_up_name() {
    static constexpr char hexadecimal[] = "0123456789abcdef";
    std::array<std::uint8_t, 32> chance;
    random_bytes(chance);
    std::string text;
    for (const auto byte : chance) text.append({hexadecimal[byte >> 4], hexadecimal[byte & 15]});
    return text;
}

} // namespace rtpengine::call
