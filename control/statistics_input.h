// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/instance.h"
#include "control/stats/input.h"

namespace rtpengine {

// Packets through the workers of an instance, and their rate: sampled once a second.
class TrafficSampler {
  public:
    void sample(const call::Instance& instance, const worker::Workers& workers);
    const stats::Traffic& total() const { return total_; }
    const stats::Traffic& per_second() const { return rate_; }

  private:
    stats::Traffic total_, rate_;
};

// What the `statistics` command says about an instance.
stats::Input statistics_input(const call::Instance& instance, const TrafficSampler& traffic);

} // namespace rtpengine
