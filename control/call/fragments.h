// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "control/sdp/model.h"

namespace rtpengine::call {

// Candidates that have come before the offer or answer of their party (trickle ICE): SIP may bring an INFO before the INVITE has been
// dealt with. Few, and not for long; the oldest go where there is no room.
class Fragments {
  public:
    static constexpr std::size_t most = 256, longest = 8192; // how many, and bytes of one
    static constexpr std::chrono::seconds patience{3};

    using Session = std::shared_ptr<const sdp::Session>;
    // `length`: of its text.
    void keep(const std::string& call, const std::string& tag, Session fragment, std::size_t length, BootTime now);
    // Those of a party, in their order. They stay, should their request fail: candidates that are known already add nothing.
    std::vector<Session> find(const std::string& call, const std::string& tag, BootTime now);

  private:
    struct Entry {
        BootTime until;
        std::string call, tag;
        Session fragment;
    };
    std::deque<Entry> entries_; // by `until`
};

} // namespace rtpengine::call
