// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
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
    void take(std::unique_ptr<Instance> instance); // with all of its workers, which work on
    // As it was taken, before stop(). nullptr: it isn't here any more.
    std::unique_ptr<Instance> give_back(const std::string& name);
    void stop();                                   // their processes
    void child_is_down() { sweep_.start_ms(0); }   // it can't go while it calls us
    void sweep();
    bool is_empty() const { return workers_.empty() && instances_.empty() && whole_.empty(); }
    std::vector<Worker*> workers() const;
    std::vector<Child*> edges() const; // of its instances

  private:
    std::function<void()> swept_;
    std::vector<std::unique_ptr<Instance>> whole_;     // nobody was told to stop
    std::vector<std::unique_ptr<Instance>> instances_; // without workers
    std::vector<std::unique_ptr<Worker>> workers_; // before their instances go
    uv::Timer sweep_;
};

} // namespace rtpengine::supervisor
