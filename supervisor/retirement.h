// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/uv/loop.h"
#include "supervisor/instance.h"

namespace rtpengine::supervisor {

// Workers of interfaces that are gone, until their processes are, too; and instances that such workers are of.
class Retirement {
  public:
    // `swept`: all of them are gone, and what they had is given back.
    Retirement(uv::Loop& loop, std::function<void()> swept);
    void take(std::vector<std::unique_ptr<Worker>> workers);
    void take(std::unique_ptr<Instance> instance); // with all of its workers
    void stop();                                   // their processes
    void child_is_down() { sweep_.start_ms(0); }   // it can't go while it calls us
    void sweep();
    bool is_empty() const { return workers_.empty() && instances_.empty(); }
    const std::vector<std::unique_ptr<Worker>>& workers() const { return workers_; }

  private:
    std::function<void()> swept_;
    std::vector<std::unique_ptr<Instance>> instances_;
    std::vector<std::unique_ptr<Worker>> workers_; // before their instances go
    uv::Timer sweep_;
};

} // namespace rtpengine::supervisor
