// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "dataplane/ice/agent.h"
#include "dataplane/io/egress.h"
#include "dataplane/spec.h"
#include "dataplane/timing/timer.h"
#include "dataplane/worker/streams.h"

namespace rtpengine::dataplane {

// An ice::Agent at home in a worker: its ports are streams, by their slots, its time is the wheel's, and what it selects is where
// its streams send to. Times are ms of CLOCK_BOOTTIME.
class IceAgent final : private ice::Host {
  public:
    // `changed`: where the stream of that slot sends to is another one.
    using Changed = std::function<void(std::uint32_t slot, const IceNews&)>;
    struct World { // all of it outlives the agent
        timing::Wheel& wheel;
        Streams& streams;
        io::Egress& egress;
        Changed changed;
    };

    // `checks`: of its call; outlives it.
    IceAgent(const World& world, ice::Allowance& checks);

    // The stream of `slot` has a port of this agent, under these terms.
    void set(std::uint32_t slot, const IceSpec& spec, std::uint64_t now_ms);
    void remove(std::uint32_t slot);
    void receive(std::uint32_t slot, const Endpoint& source, ice::Bytes datagram, std::uint64_t now_ms);
    bool proved(std::uint32_t slot, const Endpoint& source) const { return agent_.proved(slot, source); }
    // Where `slot` leads to by what was selected; nullopt: another port was, or none.
    std::optional<IceNews> news(std::uint32_t slot) const;

  private:
    void send(std::uint32_t slot, const Endpoint& to, ice::Bytes message) override;
    void random(std::span<std::uint8_t> to) override;
    bool off_limits(std::uint32_t slot, const Endpoint& to) const override;
    void withheld(std::uint32_t slot) override;
    void selected(const ice::Selection& selection) override;
    void kept(const ice::Selection& selection) override;
    void lost(const ice::Selection& selection) override;
    void leave(std::uint32_t slot);
    void move(std::uint32_t slot, const Endpoint& to);
    void turn();
    void wait(std::uint64_t now_ms);

    IceNews news_of(std::uint32_t slot, const Endpoint& remote) const;

    const World& world_;
    std::string call_;            // its id
    std::uint64_t mark_ = 0;      // of the terms
    ice::Agent agent_;
    std::optional<std::uint32_t> slot_; // that was selected last
    timing::Timer timer_;
};

} // namespace rtpengine::dataplane
