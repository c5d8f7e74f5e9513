// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/rtp_counters.h"

#include <algorithm>
#include <iterator>

#include "dataplane/flow/sequence.h"

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

void follow(state::SsrcRecord& record, std::uint64_t& window, std::uint16_t number) {
    flow::Sequence sequence{record.extended_seq.get(), window, record.lost.get(), record.duplicates.get()};
    flow::advance(sequence, number);
    window = sequence.window;
    record.extended_seq.set(sequence.highest);
    record.lost.set(sequence.lost);
    record.duplicates.set(sequence.duplicates);
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
    windows_[place] = 0;
    return place;
}

void RtpCounters::count(state::StreamRecord& record, const rtp::Packet& packet, std::size_t bytes) {
    if (!is(record.ssrcs[current_], packet.ssrc))
        current_ = static_cast<std::uint8_t>(find(record, packet.ssrc));
    auto& source = record.ssrcs[current_];
    follow(source, windows_[current_], packet.sequence);
    source.last_timestamp.set(packet.timestamp);
    source.bytes.add(bytes);
    source.packets.add(1);
    count_type(record, packet.payload_type + 1u);
}

} // namespace rtpengine::dataplane
