// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/kernel_counters.h"

#include <algorithm>

#include "dataplane/worker/records.h"

namespace rtpengine::dataplane {

namespace {

void raise(state::Counter& total, std::uint64_t value, state::Counter& sum) {
    const auto before = total.get();
    if (value <= before) return;
    total.set(value);
    sum.add(value - before);
}

void raise(state::KernelTraffic& traffic, const offload::Counters& rule, state::Traffic& sums) {
    const auto& base = traffic.base;
    raise(traffic.total.packets, base.packets.get() + rule.packets, sums.packets);
    raise(traffic.total.bytes, base.bytes.get() + rule.bytes, sums.bytes);
    raise(traffic.total.errors, base.errors.get() + rule.errors, sums.errors);
}

// Two sinks may lead to one stream, one with RTP and one with RTCP: each destination takes the next of them.
state::KernelTraffic* place_of(state::StreamRecord& record, state::KernelRecord& kernel, std::uint64_t stream, unsigned& taken) {
    if (stream == record.id.get()) return &kernel.echo;
    for (unsigned i = 0; i < state::max_sinks; ++i)
        if (!(taken >> i & 1) && record.sink_streams[i].get() == stream) {
            taken |= 1u << i;
            return &kernel.sinks[i];
        }
    return nullptr;
}

void copy(const state::Traffic& from, state::Traffic& to) {
    to.packets.set(from.packets.get());
    to.bytes.set(from.bytes.get());
    to.errors.set(from.errors.get());
}

} // namespace

void book(state::StreamRecord& record, RtpCounters& rtp, const offload::State& state, state::Header& sums) {
    auto& kernel = make_kernel_part(record);
    raise(kernel.in, state.in, sums.kernel_in);
    unsigned taken = 0;
    for (const auto& destination : state.destinations)
        if (destination.stream)
            if (auto* place = place_of(record, kernel, destination.stream, taken))
                raise(*place, destination.out, sums.kernel_out);
    for (const auto& source : state.sources)
        rtp.take_over(record, source);
    for (const auto& type : state.payload_types)
        rtp.take_over(record, type);
    if (!state.in.packets) return;
    record.in_tos.set(state.tos);
    kernel.last_packet_us.set(std::max(kernel.last_packet_us.get(), state.last_seen_us));
}

void close_books(state::KernelRecord& kernel) {
    copy(kernel.in.total, kernel.in.base);
    copy(kernel.echo.total, kernel.echo.base);
    for (auto& sink : kernel.sinks)
        copy(sink.total, sink.base);
    for (auto& type : kernel.payload_types)
        type.set(0);
}

void open_books(state::KernelRecord& kernel) {
    close_books(kernel);
    for (auto& source : kernel.ssrcs)
        for (auto* counter :
             {&source.packets, &source.bytes, &source.lost, &source.duplicates, &source.beside})
            counter->set(0);
}

} // namespace rtpengine::dataplane
