// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "dataplane/dtls/session.h"
#include "dataplane/spec.h"
#include "dataplane/timing/timer.h"

namespace rtpengine::dataplane {

class Handshakes;

// DTLS on a stream's port, for one association. It is the stream's, and goes with it.
class Handshake {
  public:
    // `all` outlives what is done here, the wheel all of it.
    Handshake(Handshakes& all, timing::Wheel& wheel, std::uint32_t slot, std::uint64_t stream, std::string scope, DtlsSpec spec);

    // It goes on under this rule. False: that is about another one.
    bool follow(const DtlsSpec& spec);
    // Our ClientHello, as soon as it is known where to.
    void start();
    // From a source that is proved (proof.h). What is answered waits in the egress.
    void receive(const Endpoint& source, dtls::Bytes datagram);

    // There are keys that the rule doesn't have yet.
    bool is_ahead() const { return !spec_.done && session_ && session_->state() == dtls::Session::State::finished; }
    // Whom to tell what came of it, once more. Nothing, if nothing did.
    void tell() const;

  private:
    void begin();
    void look();
    void fail(std::string why);
    void expired();
    void send(dtls::Bytes datagram) const;

    Handshakes& all_;
    const std::uint32_t slot_;
    const std::uint64_t stream_;
    const std::string scope_;
    DtlsSpec spec_;
    std::unique_ptr<dtls::Session> session_; // none: nobody has begun, or nobody needs it any more
    std::array<std::uint8_t, 32> hello_{};   // the random of the ClientHello that began it
    Endpoint peer_;
    bool hopeless_ = false; // an impostor was there: until something else is signalled
    std::string failure_;
    timing::Timer timer_;
};

} // namespace rtpengine::dataplane
