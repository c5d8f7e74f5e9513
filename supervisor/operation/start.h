// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "supervisor/fleet.h"
#include "supervisor/operation/course.h"

namespace rtpengine::supervisor::operation {

// Of all children together.
class Start final : public Work {
  public:
    struct Duties {
        std::function<Status()> announce;         // that everything works
        std::function<void(const Error&)> failed; // there is nothing to go on with
    };
    Start(Fleet& fleet, Duties duties) : fleet_(fleet), duties_(std::move(duties)) {}
    std::vector<std::string> names(Each) override { return {}; }
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    std::string missing(Step step, const std::string& name) const override;
    void back(Back way, const std::string& name, const std::string& why) override;
    void finish(const Outcome&) override {}

  private:
    Fleet& fleet_;
    Duties duties_;
};

} // namespace rtpengine::supervisor::operation
