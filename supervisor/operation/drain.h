// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "supervisor/operation/reply.h"
#include "supervisor/operation/succession_steps.h"

namespace rtpengine::supervisor::operation {

// An instance takes no new calls, and waits until it has none; or takes calls again.
class Drain final : public SuccessionSteps {
  public:
    struct Wish {
        std::string instance;
        bool on = true;
        std::uint64_t for_ms = UINT64_MAX; // so long it waits until there is no call
    };
    Drain(Fleet& fleet, Wish wish, Answer answer) : SuccessionSteps(fleet), wish_(std::move(wish)), answer_(std::move(answer)) {}
    std::vector<std::string> names(Each) override { return {"control"}; }
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    std::uint64_t asked_ms() const override { return wish_.for_ms; }
    void back(Back way, const std::string& name, const std::string& why) override;
    void finish(const Outcome& outcome) override;

  private:
    Status mark();
    bool is_empty() const;

    Wish wish_;
    Answer answer_;
    std::optional<bool> before_; // it was drained; once it is marked
};

} // namespace rtpengine::supervisor::operation
