// SPDX-License-Identifier: Apache-2.0
// What a stream's record counts, userspace and kernel together.
#pragma once

#include <algorithm>

#include "common/base/clock.h"
#include "common/state/view.h"

namespace rtpengine::state {

struct Sum {
    std::uint64_t packets = 0, bytes = 0, errors = 0;
};

inline Sum sum(const Traffic& traffic) {
    return {traffic.packets.get(), traffic.bytes.get(), traffic.errors.get()};
}

inline Sum sum(const Traffic& userspace, const Traffic& kernel) {
    const auto a = sum(userspace), b = sum(kernel);
    return {a.packets + b.packets, a.bytes + b.bytes, a.errors + b.errors};
}

inline Sum total_in(const View& record) {
    const auto* kernel = record.kernel();
    return kernel ? sum(record->in, kernel->in.total) : sum(record->in);
}
inline Sum total_echo(const View& record) {
    const auto* kernel = record.kernel();
    return kernel ? sum(record->echo, kernel->echo.total) : sum(record->echo);
}
inline Sum total_out(const SinkRecord& sink) { return sum(sink.out, sink.kernel.total); }

// BootTime{}: none.
inline BootTime last_packet(const View& record) {
    const auto* kernel = record.kernel();
    return boot_time(std::max(record->last_packet_us.get(), kernel ? kernel->last_packet_us.get() : 0));
}

} // namespace rtpengine::state
