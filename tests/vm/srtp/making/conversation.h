/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "packets.h"
#include "session.h"
#include "sides.h"

#include <array>
#include <utility>
#include <vector>

namespace making {

// Packets between two sides, with what a network does to them, and with sides that are replaced on the way.
class Conversation {
  public:
    Conversation(Steps& steps, const Suite& suite);

    void run(unsigned packets);

  private:
    void send(const Bytes& packet, bool is_rtcp);
    void deliver();
    void receive(const Bytes& packet, bool is_rtcp);
    void move(bool incoming);
    void forge(bool is_rtcp);

    Steps& steps_;
    const Suite suite_;
    const rtpengine_srtp config_;
    Session out_, in_;
    std::array<Sequence, 4> sequence_{Sequence(65500), Sequence(0), Sequence(32760), Sequence(1000)};
    std::vector<std::pair<Bytes, bool>> late_;
};

} // namespace making
