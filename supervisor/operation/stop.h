// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "supervisor/fleet.h"
#include "supervisor/operation/course.h"

namespace rtpengine::supervisor::operation {

// Of all children. What doesn't end though it was killed is left to the kernel, which ends it with us.
class Stop final : public Work {
  public:
    Stop(Fleet& fleet, std::function<void()> done) : fleet_(fleet), done_(std::move(done)) {}
    std::vector<std::string> names(Each) override { return {"control"}; }
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    void back(Back way, const std::string& name, const std::string& why) override;
    void finish(const Outcome&) override { done_(); }

  private:
    std::vector<Child*> of(const std::string& name) const;

    Fleet& fleet_;
    std::function<void()> done_;
};

} // namespace rtpengine::supervisor::operation
