// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "supervisor/media/range.h"

namespace rtpengine::supervisor::media {

// A steered port has no socket that another daemon's bind() would meet. So whoever steers holds an abstract unix socket
// for each of its ranges, whose name tells it to every other daemon of the network namespace.
class Claim {
  public:
    // Errors: EADDRINUSE, another daemon steers ports of one of the ranges; both are named.
    static Result<Claim> take(const std::vector<Range>& ranges);
    // Likewise, for a daemon that doesn't steer itself.
    static Status check(const std::vector<Range>& ranges);

    // Goes on with the sockets of an earlier execution.
    static Claim resume(std::vector<Fd> sockets);
    const std::vector<Fd>& sockets() const { return sockets_; }

  private:
    std::vector<Fd> sockets_;
};

// The name of a range's socket, without the leading zero byte, and back; nullopt: it isn't one of ours. Pure.
std::string claim_name(const Range& range);
std::optional<Range> parse_claim(std::string_view name);

} // namespace rtpengine::supervisor::media
