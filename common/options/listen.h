// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine::options {

// A control listener as written: PORT (both families, any address) or HOST:PORT.
struct Listen {
    std::string host; // literal without brackets, or a name; empty: PORT alone
    std::uint16_t port = 0;

    bool operator==(const Listen&) const = default;
};

// Errors: no port, a port outside 1-65535, an empty host, brackets around what is no IPv6 address.
Result<Listen> parse_listen(std::string_view text);

} // namespace rtpengine::options
