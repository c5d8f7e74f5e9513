// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "ctl/selftest/tally.h"

namespace rtpengine::ctl {

// One party of the test call: a UDP socket that sends and receives PCMU over RTP.
class Leg {
  public:
    // Binds to a free port of `local`. `ssrc`: of what it sends.
    static Result<Leg> open(const Address& local, std::uint32_t ssrc);

    int fd() const { return fd_.get(); }
    const Endpoint& local() const { return local_; }
    std::string sdp() const; // an offer or an answer: PCMU at our address and port
    void set_target(const Endpoint& target) { target_ = target; }

    // Sends the next packet and notes it in `tally`.
    void send(Tally& tally);
    // Takes what has arrived from the other leg, which sends with `ssrc`, into its tally.
    void receive(Tally& tally, std::uint32_t ssrc);

  private:
    Leg(Fd fd, Endpoint local, std::uint32_t ssrc) : fd_(std::move(fd)), local_(local), ssrc_(ssrc) {}

    Fd fd_;
    Endpoint local_, target_;
    std::uint32_t ssrc_;
};

} // namespace rtpengine::ctl
