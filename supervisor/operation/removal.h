// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "supervisor/operation/succession_steps.h"

namespace rtpengine::supervisor::operation {

// Instances and interfaces that are no longer wanted, and have no calls any more, go: control is told first, then the
// processes end, then what they had is given back.
class Removal final : public SuccessionSteps {
  public:
    using SuccessionSteps::SuccessionSteps;
    static bool is_wanted(const Fleet& fleet);

    std::vector<std::string> names(Each) override { return {"control"}; }
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    void finish(const Outcome&) override {}

  private:
    void set_aside();
};

} // namespace rtpengine::supervisor::operation
