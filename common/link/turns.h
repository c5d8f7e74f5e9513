// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/uv/turns.h"
#include "link.pb.h"

namespace rtpengine::link {

template <class Counts> void write(const uv::Histogram& histogram, Counts& counts) {
    const auto& all = histogram.counts();
    auto used = all.size();
    while (used && !all[used - 1]) --used;
    counts.Assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(used));
}

inline void write(const uv::Turns& turns, Turns& message) {
    write(turns.elapsed, *message.mutable_elapsed());
    write(turns.cpu, *message.mutable_cpu());
    message.set_longest_us(turns.elapsed.longest_us());
    message.set_longest_cpu_us(turns.cpu.longest_us());
}

} // namespace rtpengine::link
