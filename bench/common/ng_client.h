// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/topology.h"
#include "common/base/fd.h"
#include "common/base/result.h"

#include <map>
#include <string>

namespace rtpengine::bench {

// The proxy's media addresses of one call, one for each party to send to.
struct CallPorts {
    sockaddr_in toward[2]; // index: the sending Side
};

// Speaks NG over UDP from inside the proxy's host.
class NgClient {
  public:
    static Result<NgClient> connect(const Netns& proxy, std::uint16_t port);

    // Until the daemon answers `ping`; an error after `seconds`.
    Status wait_ready(double seconds);
    Result<CallPorts> set_up(std::uint32_t call, bool two_interfaces);
    Status remove(std::uint32_t call);

  private:
    explicit NgClient(Fd socket) : socket_(std::move(socket)) {}
    Result<std::string> request(const std::map<std::string, std::string>& dictionary, int tries, int wait_ms);
    Result<sockaddr_in> rewrite(std::map<std::string, std::string> dictionary);

    Fd socket_;
    std::uint64_t cookie_ = 0;
};

} // namespace rtpengine::bench
