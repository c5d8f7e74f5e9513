// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "control/call/committer.h"
#include "control/call/model.h"

namespace rtpengine::call {

// One change of a call, whole or not at all. A request changes the draft; the workers open what it adds and take over what it
// changes; keep() puts it in the call's place. If this goes before that, for whatever reason, the call, its ports, its SDP and
// what its workers do are as they were. One at a time for a call: its owner has the turn.
class Change {
  public:
    Change(std::shared_ptr<Call> call, Committer& committer);
    ~Change();
    Change(const Change&) = delete;

    const std::shared_ptr<Call>& draft() const { return draft_; }
    // Brings the workers to what the draft wants: Committer::carry_out().
    void carry_out(Committer::Done done) { committer_.carry_out(draft_, call_, mark_, std::move(done)); }
    // The draft is in the call's place, without the workers: they are told afterwards. What it has taken out of use is for
    // Committer::close().
    void put_in_place();
    // Likewise, and `closed` is called when what the draft has taken out of use is closed, or takes long.
    void keep(std::function<void()> closed);

  private:
    void take_back();
    bool tell_again(); // true: there is something that a worker was told

    std::shared_ptr<Call> call_, draft_;
    Committer& committer_;
    std::uint64_t mark_; // ports of the draft are newer
    bool kept_ = false;
};

} // namespace rtpengine::call
