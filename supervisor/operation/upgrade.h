// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "supervisor/operation/course.h"
#include "supervisor/operation/reply.h"
#include "supervisor/reexec/succession.h"

namespace rtpengine::supervisor::operation {

// Of the supervisor itself: the program that lies there now is asked if it understands what it would be left, and then takes
// over. Who has asked for it asks again, and the next execution answers.
class Upgrade final : public Work {
  public:
    struct Reins {
        uv::Loop& loop;
        Fleet& fleet;
        Succession& succession;
        std::function<bool()> hung_up; // a SIGHUP waits to be heeded
    };
    Upgrade(Reins reins, Answer answer) : reins_(std::move(reins)), answer_(std::move(answer)) {}
    std::vector<std::string> names(Each) override { return {}; }
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    void back(Back way, const std::string& name, const std::string& why) override;
    void finish(const Outcome& outcome) override;

  private:
    Status check() const;
    Status rehearse();

    Reins reins_;
    Answer answer_;
    std::unique_ptr<Rehearsal> rehearsal_;
    std::optional<Status> understood_;
};

} // namespace rtpengine::supervisor::operation
