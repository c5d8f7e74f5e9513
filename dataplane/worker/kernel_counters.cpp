// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/kernel_counters.h"

#include <algorithm>

#include "dataplane/worker/lending.h"

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

// Two sinks may lead to one stream, one with RTP and one with RTCP: the n-th destination that leads there is the n-th of them.
state::KernelTraffic* place_of(state::StreamRecord& record, state::KernelRecord& kernel, std::uint64_t stream, unsigned n) {
    if (stream == record.id.get()) return &kernel.echo;
    state::KernelTraffic* found = nullptr;
    state::each_sink(record, [&](state::SinkRecord& sink) {
        if (sink.stream.get() == stream && n-- == 0) found = &sink.kernel;
    });
    return found;
}

// `booked`: at least so much is in the total, unless that began later. Modulo 2^64.
void rebase(state::Counter& base, const state::Counter& total, std::uint64_t booked) {
    if (total.get() < base.get() + booked) base.set(total.get() - booked);
}

void copy(const state::Traffic& from, state::Traffic& to) {
    to.packets.set(from.packets.get());
    to.bytes.set(from.bytes.get());
    to.errors.set(from.errors.get());
}

// Of the i-th destination; nullptr: there is no such sink.
state::KernelTraffic* place_for(state::StreamRecord& record, state::KernelRecord& kernel, const offload::State& state,
                                std::size_t i) {
    const auto* each = &state.destinations[i];
    const auto same = [&](const auto& other) { return other.stream == each->stream; };
    const auto n = static_cast<unsigned>(std::count_if(state.destinations.begin(), each, same));
    return each->stream ? place_of(record, kernel, each->stream, n) : nullptr;
}

void book_destinations(state::StreamRecord& record, state::KernelRecord& kernel, const offload::State& state,
                       state::Traffic& sums) {
    for (std::size_t i = 0; i < state.destinations.size(); ++i)
        if (auto* place = place_for(record, kernel, state, i)) raise(*place, state.destinations[i].out, sums);
}

void add_more(state::Traffic& sums, const offload::Counters& before, const offload::Counters& now) {
    sums.packets.add(now.packets - std::min(now.packets, before.packets));
    sums.bytes.add(now.bytes - std::min(now.bytes, before.bytes));
    sums.errors.add(now.errors - std::min(now.errors, before.errors));
}

void book_others(state::Others& others, state::KernelRecord& seen, const offload::Others& now) {
    add_new(others.packets, seen.other_packets, now.packets);
    add_new(others.bytes, seen.other_bytes, now.bytes);
    add_new(others.type_packets, seen.other_types, now.type_packets);
}

} // namespace

void book(state::StreamRecord& record, RtpCounters& rtp, const offload::State& state, Records& records) {
    auto& sums = records.header();
    auto* kernel = make_kernel_part(records.writer(), record);
    if (!kernel) return;
    raise(kernel->in, state.in, sums.kernel_in);
    book_destinations(record, *kernel, state, sums.kernel_out);
    rtp.take_over(records.writer(), record, state);
    book_others(record.others, *kernel, state.others);
    book_used(record, state, records.turn_now());
    if (!state.in.packets) return;
    record.in_tos.set(state.tos);
    kernel->last_packet_us.set(std::max(kernel->last_packet_us.get(), state.last_seen_us));
}

void rebase(state::StreamRecord& record, const offload::State& before) {
    auto* kernel = state::kernel_of(record);
    for (std::size_t i = 0; kernel && i < before.destinations.size(); ++i)
        if (auto* place = place_for(record, *kernel, before, i)) {
            const auto& out = before.destinations[i].out;
            rebase(place->base.packets, place->total.packets, out.packets);
            rebase(place->base.bytes, place->total.bytes, out.bytes);
            rebase(place->base.errors, place->total.errors, out.errors);
        }
}

void book_late(state::StreamRecord* record, RtpCounters& rtp, const offload::State& before, const offload::State& final,
               Records& records) {
    auto& sums = records.header();
    auto* kernel = record ? state::kernel_of(*record) : nullptr;
    if (kernel) book(*record, rtp, final, records);
    else add_more(sums.kernel_in, before.in, final.in);
    for (std::size_t i = 0; i < final.destinations.size() && i < before.destinations.size(); ++i)
        if (!kernel || !place_for(*record, *kernel, final, i)) // its sink is gone
            add_more(sums.kernel_out, before.destinations[i].out, final.destinations[i].out);
}

void close_books(state::StreamRecord& record) {
    if (auto* kernel = state::kernel_of(record)) {
        copy(kernel->in.total, kernel->in.base);
        copy(kernel->echo.total, kernel->echo.base);
    }
    state::each_sink(record, [](auto& sink) { copy(sink.kernel.total, sink.kernel.base); });
}

void open_books(state::StreamRecord& record) {
    close_books(record);
    if (auto* kernel = state::kernel_of(record))
        for (auto* seen : {&kernel->other_packets, &kernel->other_bytes, &kernel->other_types})
            seen->set(0);
    state::each_type(record, [](auto& type) { type.kernel.set(0); });
    state::each_source(record, [](auto& source) {
        for (auto* counter : {&source.kernel.packets, &source.kernel.bytes, &source.kernel.lost,
                              &source.kernel.duplicates, &source.kernel.beside})
            counter->set(0);
    });
}

} // namespace rtpengine::dataplane
