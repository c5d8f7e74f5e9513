// SPDX-License-Identifier: Apache-2.0
#include "control/random_bytes.h"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace rtpengine {

void random_bytes(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const auto got = getrandom(out.data(), out.size(), 0);
        if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
        else if (got == 0 || errno != EINTR) throw std::system_error(errno, std::system_category(), "cannot get random numbers for keys");
    }
}

} // namespace rtpengine
