// SPDX-License-Identifier: Apache-2.0
#include "control/ng/printable.h"

#include <iterator>

#include <fmt/format.h>

namespace rtpengine::ng {

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    for (const unsigned char c : text.substr(0, limit)) {
        if (c < 0x20 || c == 0x7f || c == '\\')
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
        else
            out += static_cast<char>(c);
    }
    if (text.size() > limit) fmt::format_to(std::back_inserter(out), " ... ({} bytes)", text.size());
    return out;
}

} // namespace rtpengine::ng
