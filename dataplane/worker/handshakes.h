// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/io/egress.h"
#include "dataplane/timing/wheel.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// What the handshakes of a worker's streams have in common: who we are, how to send, whom to tell.
class Handshakes {
  public:
    using Tell = std::function<void(const Event&)>;

    // All of them outlive it.
    Handshakes(timing::Wheel& wheel, Streams& streams, io::Egress& egress, Tell tell)
        : wheel_(wheel), streams_(streams), egress_(egress), tell_(std::move(tell)) {}

    // From now on rules may name them, too.
    void introduce(const std::vector<IdentitySpec>& identities);
    // The stream of `spec` was set.
    void set(const StreamSpec& spec);
    // What came of each, once more, where the rule doesn't know it.
    void tell_all();

  private:
    friend class Handshake;
    std::shared_ptr<const dtls::Context> context(const std::string& identity) const; // nullptr: of nobody
    std::optional<Endpoint> destination(std::uint32_t slot); // of a peer that is proved
    void send(std::uint32_t slot, const Endpoint& to, dtls::Bytes datagram);
    void flush() { egress_.flush(); }
    void tell(const Event& event) const { tell_(event); }

    timing::Wheel& wheel_;
    Streams& streams_;
    io::Egress& egress_;
    Tell tell_;
    std::map<std::string, std::shared_ptr<const dtls::Context>> contexts_; // by SHA-256 of the certificate
};

} // namespace rtpengine::dataplane
