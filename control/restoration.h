// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "control/call/instance.h"
#include "control/store/keeper.h"

namespace rtpengine {

// The calls of a former process become calls of this one's instances, some at a time. What they are to be told, asked or counted
// by waits until that is through: before, a port that is in use would look free.
class Restoration {
  public:
    // All of them outlive it.
    Restoration(store::Keeper& keeper, call::Instances instances) : keeper_(&keeper), instances_(std::move(instances)) {}

    // Takes the next calls over, a small part of a turn's work; true: there are no more.
    bool step();

  private:
    void restore(store::Call& record);
    bool take_over(store::Call& record);
    void log_end() const;

    store::Keeper* keeper_;
    call::Instances instances_;
    std::uint64_t after_ = 0; // number of the last one
};

} // namespace rtpengine
