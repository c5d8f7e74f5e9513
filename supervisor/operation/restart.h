// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "supervisor/operation/reply.h"
#include "supervisor/operation/succession_steps.h"

namespace rtpengine::supervisor::operation {

// Successors for some children, one after another; ends at the first that can't be replaced.
class Restart final : public SuccessionSteps {
  public:
    Restart(Fleet& fleet, std::vector<std::string> names, Answer answer)
        : SuccessionSteps(fleet), names_(std::move(names)), answer_(std::move(answer)) {}
    std::vector<std::string> names(Each) override { return names_; }
    void finish(const Outcome& outcome) override;

  private:
    std::vector<std::string> names_;
    Answer answer_;
};

} // namespace rtpengine::supervisor::operation
