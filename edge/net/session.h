// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine::edge {

// What is spoken on one connection. It lives as long as the connection does.
class Session {
  public:
    virtual ~Session() = default;
    // Looks at all that has come and is not used yet; returns how many bytes of it are used now. 0: more must come first, or
    // room. An error ends the connection, with a line in the log, when what was asked before is answered.
    virtual Result<std::size_t> take(std::string_view input) = 0;
    // It takes nothing now, until Connection::again().
    virtual bool is_full() const = 0;
    // Nothing that the client asked for is still to be answered.
    virtual bool is_idle() const = 0;
    // How long the client may take for what comes next, which it has begun to send or not; 0: for ever.
    virtual std::uint64_t patience_ms(bool begun) const = 0;
};

} // namespace rtpengine::edge
