// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/ng/value.h"

namespace rtpengine::ctl {

// Speaks NG over UDP to one daemon, one request at a time.
class NgClient {
  public:
    static Result<NgClient> connect(const Endpoint& daemon);

    // Sends up to three times, a second apart. Error: nobody answered, or the daemon's error-reason (code
    // EPROTO).
    Result<ng::Dict> request(const ng::Dict& body);
    const Address& local() const { return local_; } // ours, towards the daemon

  private:
    NgClient(Fd fd, Address local, std::string cookie)
        : fd_(std::move(fd)), local_(local), cookie_(std::move(cookie)) {}
    Result<std::string> exchange(const std::string& cookie, const std::string& message);

    Fd fd_;
    Address local_;
    std::string cookie_; // a random prefix
    unsigned next_ = 0;
};

// The source address this host uses towards `to`; `none`: no route.
Address local_address_towards(const Address& to);

} // namespace rtpengine::ctl
