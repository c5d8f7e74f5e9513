// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/dtls_client.h"
#include "bench/common/sdes.h"
#include "bench/common/topology.h"
#include "common/base/fd.h"
#include "common/base/result.h"

#include <map>
#include <optional>
#include <string>

namespace rtpengine::bench {

// The proxy's media addresses of one call, one for each party to send to.
struct CallPorts {
    sockaddr_in toward[2]; // index: the sending Side
    std::optional<Crypto> crypto; // what the callee gets is protected with; none: RTP, or a handshake says it
};

struct CallKind {
    bool two_interfaces = false;
    bool srtp = false; // for the callee; the caller has RTP
    const DtlsClient* dtls = nullptr; // likewise, with keys of DTLS: the handshake is the callee's to begin
};

// Speaks NG over UDP from inside the proxy's host.
class NgClient {
  public:
    static Result<NgClient> connect(const Netns& proxy, std::uint16_t port);

    // Until the daemon answers `ping`; an error after `seconds`.
    Status wait_ready(double seconds);
    Result<CallPorts> set_up(std::uint32_t call, CallKind kind);
    Status remove(std::uint32_t call);

  private:
    explicit NgClient(Fd socket) : socket_(std::move(socket)) {}
    Result<std::string> rewrite(std::map<std::string, std::string> dictionary); // the SDP of the answer
    Result<std::string> request(const std::map<std::string, std::string>& dictionary, int tries, int wait_ms);

    Fd socket_;
};

} // namespace rtpengine::bench
