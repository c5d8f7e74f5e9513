// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "supervisor/fleet.h"
#include "supervisor/operation/course.h"

namespace rtpengine::supervisor::operation {

// What most operations do: children begin, or are given successors. Steps that are of no child are there at once.
class SuccessionSteps : public Work {
  public:
    explicit SuccessionSteps(Fleet& fleet) : fleet_(fleet) {}
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    void back(Back way, const std::string& name, const std::string& why) override;

  protected:
    Fleet& fleet_;
};

} // namespace rtpengine::supervisor::operation
