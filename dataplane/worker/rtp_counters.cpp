// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/rtp_counters.h"

#include <algorithm>
#include <iterator>

#include "dataplane/flow/sequence.h"
#include "dataplane/worker/records.h"

namespace rtpengine::dataplane {

namespace {

bool is(const state::SsrcRecord& record, std::uint32_t ssrc) {
    return record.ssrc.get() == ssrc && record.packets.get();
}

void begin(state::SsrcRecord& record, std::uint32_t ssrc) {
    for (auto* counter : {&record.packets, &record.bytes, &record.last_timestamp, &record.extended_seq,
                          &record.lost, &record.duplicates})
        counter->set(0);
    record.ssrc.set(ssrc);
}

void clear(state::KernelSsrc& source) {
    for (auto* counter : {&source.packets, &source.bytes, &source.lost, &source.duplicates, &source.beside})
        counter->set(0);
}

// Adds what `now` is more than the last time.
void add_new(state::Counter& to, state::Counter& seen, std::uint64_t now) {
    to.add(now - seen.get());
    seen.set(now);
}

// The rule misses the packets that came to userspace beside it; they aren't lost. A late packet takes itself
// back.
void add_lost(state::Counter& to, state::KernelSsrc& seen, std::uint64_t now) {
    auto more = static_cast<std::int64_t>(now - seen.lost.get());
    seen.lost.set(now);
    if (more > 0) {
        const auto beside = std::min(more, static_cast<std::int64_t>(seen.beside.get()));
        seen.beside.set(seen.beside.get() - static_cast<std::uint64_t>(beside));
        more -= beside;
    }
    to.set(static_cast<std::uint64_t>(std::max<std::int64_t>(0, static_cast<std::int64_t>(to.get()) + more)));
}

state::PayloadTypeRecord& place_for(state::StreamRecord& record, std::uint64_t type_plus_one) {
    auto& types = record.payload_types;
    auto* found = std::find_if(std::begin(types), std::end(types), [&](const auto& type) {
        return type.type_plus_one.get() == type_plus_one || !type.type_plus_one.get();
    });
    if (found != std::end(types)) return *found;
    return *std::min_element(std::begin(types), std::end(types),
                             [](const auto& a, const auto& b) { return a.packets.get() < b.packets.get(); });
}

void count_type(state::StreamRecord& record, std::uint64_t type_plus_one) {
    auto& type = place_for(record, type_plus_one);
    if (type.type_plus_one.get() != type_plus_one) {
        type.packets.set(0);
        if (auto* kernel = state::kernel_of(record)) kernel->payload_types[&type - record.payload_types].set(0);
        type.type_plus_one.set(type_plus_one);
    }
    type.packets.add(1);
}

} // namespace

unsigned RtpCounters::find(state::StreamRecord& record, std::uint32_t ssrc) {
    unsigned place = 0; // they are filled from the first to the last
    while (place < state::max_ssrcs && record.ssrcs[place].packets.get()) {
        if (is(record.ssrcs[place], ssrc)) return place;
        ++place;
    }
    if (place == state::max_ssrcs) {
        place = oldest_;
        oldest_ = static_cast<std::uint8_t>((oldest_ + 1) % state::max_ssrcs);
    }
    begin(record.ssrcs[place], ssrc);
    if (auto* kernel = state::kernel_of(record)) clear(kernel->ssrcs[place]);
    windows_[place] = 0;
    in_kernel_ &= static_cast<std::uint8_t>(~(1u << place));
    return place;
}

// Beside a rule only the highest number is followed: what is missing before it went through the kernel.
void RtpCounters::follow(state::StreamRecord& record, unsigned place, std::uint16_t number) {
    auto& source = record.ssrcs[place];
    const bool beside = in_kernel_ >> place & 1;
    flow::Sequence sequence{source.extended_seq.get(), windows_[place], source.lost.get(),
                            source.duplicates.get()};
    flow::advance(sequence, number);
    windows_[place] = sequence.window;
    source.extended_seq.set(sequence.highest);
    source.duplicates.set(sequence.duplicates);
    beside ? make_kernel_part(record).ssrcs[place].beside.add(1) : source.lost.set(sequence.lost);
}

void RtpCounters::count(state::StreamRecord& record, const rtp::Packet& packet, std::size_t bytes) {
    if (!is(record.ssrcs[current_], packet.ssrc))
        current_ = static_cast<std::uint8_t>(find(record, packet.ssrc));
    auto& source = record.ssrcs[current_];
    follow(record, current_, packet.sequence);
    source.last_timestamp.set(packet.timestamp);
    source.bytes.add(bytes);
    source.packets.add(1);
    count_type(record, packet.payload_type + 1u);
}

void RtpCounters::take_over(state::StreamRecord& record, const offload::Source& from) {
    const auto* known = std::find_if(std::begin(record.ssrcs), std::end(record.ssrcs),
                                     [&](const auto& source) { return is(source, from.ssrc); });
    if (known == std::end(record.ssrcs) && !from.packets) return; // made room for another one
    const auto place = find(record, from.ssrc);
    auto& to = record.ssrcs[place];
    auto& seen = make_kernel_part(record).ssrcs[place];
    if (from.packets < seen.packets.get()) clear(seen); // the rule had forgotten it
    add_new(to.packets, seen.packets, from.packets);
    add_new(to.bytes, seen.bytes, from.bytes);
    add_new(to.duplicates, seen.duplicates, from.duplicates);
    add_lost(to.lost, seen, from.lost);
    in_kernel_ |= static_cast<std::uint8_t>(1u << place);
    if (from.highest < to.extended_seq.get()) return; // packets came beside the rule
    to.extended_seq.set(from.highest);
    to.last_timestamp.set(from.timestamp);
    windows_[place] = from.window;
}

void RtpCounters::take_over(state::StreamRecord& record, const offload::PayloadTypeCount& from) {
    for (unsigned i = 0; i < state::max_payload_types; ++i) {
        auto& type = record.payload_types[i];
        if (type.type_plus_one.get() != from.type + 1u) continue;
        auto& seen = make_kernel_part(record).payload_types[i];
        if (from.packets >= seen.get()) add_new(type.packets, seen, from.packets);
        return;
    }
}

offload::Sources RtpCounters::sources(const state::StreamRecord& record) const {
    offload::Sources sources;
    static const state::KernelRecord none;
    const auto* kernel = state::kernel_of(record);
    for (unsigned i = 0; i < state::max_ssrcs; ++i) {
        const auto& from = record.ssrcs[i];
        const auto& seen = (kernel ? *kernel : none).ssrcs[i];
        if (!from.packets.get()) continue;
        sources.push_back({static_cast<std::uint32_t>(from.ssrc.get()),
                           static_cast<std::uint32_t>(from.last_timestamp.get()), seen.packets.get(),
                           seen.bytes.get(), seen.lost.get(), seen.duplicates.get(), from.extended_seq.get(),
                           windows_[i]});
    }
    return sources;
}

void RtpCounters::enter_kernel(const state::StreamRecord& record) {
    in_kernel_ = 0;
    for (unsigned i = 0; i < state::max_ssrcs; ++i)
        if (record.ssrcs[i].packets.get()) in_kernel_ |= static_cast<std::uint8_t>(1u << i);
}

} // namespace rtpengine::dataplane
