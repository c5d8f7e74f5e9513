// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/instance.h"
#include "control/stats/input.h"

namespace rtpengine {

// What goes one way, and how much of it a second.
class TrafficMeter {
  public:
    void sample(const stats::Traffic& total);
    const stats::Traffic& total() const { return total_; }
    const stats::Traffic& per_second() const { return rate_; }

  private:
    stats::Traffic total_, rate_;
};

// Packets through the workers of an instance, and past them through the kernel: sampled once a second.
class TrafficSampler {
  public:
    void sample(const call::Instance& instance, const worker::Workers& workers);
    const TrafficMeter& user() const { return user_; }
    const TrafficMeter& kernel() const { return kernel_; }

  private:
    TrafficMeter user_, kernel_;
};

// What the `statistics` command says about an instance.
stats::Input statistics_input(const call::Instance& instance, const TrafficSampler& traffic);

} // namespace rtpengine
