// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/rtp_counters.h"

#include <algorithm>
#include <array>

#include "common/rtp/sequence.h"

namespace rtpengine::dataplane {

namespace {

bool is(const state::SourceRecord& record, std::uint32_t ssrc) {
    return record.ssrc.get() == ssrc && record.packets.get();
}

void clear(state::KernelSsrc& source) {
    for (auto* counter : {&source.packets, &source.bytes, &source.lost, &source.duplicates, &source.beside})
        counter->set(0);
}

void begin(state::SourceRecord& record, std::uint32_t ssrc) {
    for (auto* counter : {&record.packets, &record.bytes, &record.last_timestamp, &record.extended_seq, &record.lost,
                          &record.duplicates, &record.heard_us, &record.window})
        counter->set(0);
    clear(record.kernel);
    record.ssrc.set(ssrc);
}

// It gives up its place; its figures stay.
void fold(const state::SourceRecord& source, state::Others& others) {
    others.packets.add(source.packets.get());
    others.bytes.add(source.bytes.get());
    others.lost.add(source.lost.get());
    others.duplicates.add(source.duplicates.get());
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

// A part more at the end of a list; nullptr: there is no memory in reserve.
template <class T> T* append(state::Writer& writer, T& last) {
    auto* added = writer.take<T>(last.part.owner.get());
    if (added) state::lead(&last, last.part.next, added);
    return added;
}

// nullptr: there is no memory for one more.
state::PayloadTypeRecord* place_for(state::Writer& writer, state::StreamRecord& record, std::uint64_t type_plus_one) {
    for (auto* some = &record.type_list;;) {
        for (auto& type : some->types)
            if (type.type_plus_one.get() == type_plus_one || !type.type_plus_one.get()) return &type;
        auto* next = state::follow<state::TypesRecord>(some, some->part.next);
        if (!next) next = append(writer, *some);
        if (!next) return nullptr;
        some = next;
    }
}

// A window as it is when so many numbers more have come.
std::uint64_t aged(std::uint64_t window, std::uint64_t numbers) { return numbers < 64 ? window << numbers : 0; }

rtp_sequence sequence_of(const state::SourceRecord& source) {
    return {source.extended_seq.get(), source.window.get(), source.lost.get(), source.duplicates.get()};
}

// Also of what is too old to say.
bool was_seen(const rtp_sequence& sequence, std::uint64_t number) {
    if (number > sequence.highest) return false;
    const auto age = sequence.highest - number;
    return age >= 64 || (sequence.window >> age & 1);
}

// As if the packets that the rule has seen and we haven't came now.
void follow_late(rtp_sequence& sequence, const offload::Source& from) {
    for (unsigned age = 64; age-- > 0;)
        if ((from.window >> age & 1) && age <= from.highest && !was_seen(sequence, from.highest - age))
            rtp_sequence_advance(&sequence, static_cast<std::uint16_t>(from.highest - age));
}

void take_types(state::Writer& writer, state::StreamRecord& record, const offload::State& state) {
    for (const auto& from : state.payload_types) {
        auto* type = place_for(writer, record, from.type + 1u);
        if (!type || from.packets < type->kernel.get()) continue;
        type->type_plus_one.set(from.type + 1u);
        add_new(type->packets, type->kernel, from.packets);
    }
}

// The numbers in the list of those that a rule is given.
struct Latest {
    std::array<std::pair<std::uint64_t, unsigned>, state::max_sources> heard;
    unsigned count = 0;

    explicit Latest(state::StreamRecord& record) {
        unsigned number = 0;
        for (auto* at = &record.source_list; at && number < heard.size();
             at = state::follow<state::SourceRecord>(at, at->part.next), ++number)
            if (at->packets.get()) heard[count++] = {at->heard_us.get(), number};
        const auto later = [](const auto& a, const auto& b) { return a.first > b.first; };
        std::stable_sort(heard.begin(), heard.begin() + count, later);
        count = std::min<unsigned>(count, offload::max_sources);
    }
    std::uint32_t mask() const {
        std::uint32_t bits = 0;
        for (unsigned i = 0; i < count; ++i) bits |= 1u << heard[i].second;
        return bits;
    }
};

} // namespace

void add_new(state::Counter& to, state::Counter& seen, std::uint64_t now) {
    to.add(now - std::min(now, seen.get()));
    seen.set(now);
}

RtpCounters::Found RtpCounters::find(state::Writer& writer, state::StreamRecord& record, std::uint32_t ssrc,
                                     std::uint64_t silent_before_us) {
    Found silent{nullptr, 0}, last{&record.source_list, 0};
    for (auto* at = &record.source_list; at; at = state::follow<state::SourceRecord>(at, at->part.next)) {
        if (at != last.source) last = {at, last.number + 1};
        if (is(*at, ssrc)) return last;
        if (!at->packets.get()) return begin(*at, ssrc), last;
        if (!in_kernel(last.number) && (!silent.source || at->heard_us.get() < silent.source->heard_us.get())) silent = last;
    }
    if (last.number + 1 < state::max_sources)
        if (auto* added = append(writer, *last.source)) return begin(*added, ssrc), Found{added, last.number + 1};
    if (!silent.source || silent.source->heard_us.get() >= silent_before_us) return {nullptr, 0};
    fold(*silent.source, record.others);
    begin(*silent.source, ssrc);
    return silent;
}

// Beside a rule only the highest number is followed: what is missing before it went through the kernel.
void RtpCounters::follow(unsigned number, state::SourceRecord& source, std::uint16_t sequence_number) const {
    auto sequence = sequence_of(source);
    rtp_sequence_advance(&sequence, sequence_number);
    source.window.set(sequence.window);
    source.extended_seq.set(sequence.highest);
    source.duplicates.set(sequence.duplicates);
    in_kernel(number) ? source.kernel.beside.add(1) : source.lost.set(sequence.lost);
}

void RtpCounters::count(state::Writer& writer, state::StreamRecord& record, const rtp::Packet& packet, std::size_t bytes) {
    const auto now_us = record.last_packet_us.get();
    if (!current_.source || !is(*current_.source, packet.ssrc))
        current_ = find(writer, record, packet.ssrc, now_us - std::min(now_us, silent_us));
    count_type(writer, record, packet.payload_type);
    if (!current_.source) {
        record.others.packets.add(1);
        record.others.bytes.add(bytes);
        return;
    }
    auto& source = *current_.source;
    follow(current_.number, source, packet.sequence);
    source.last_timestamp.set(packet.timestamp);
    source.heard_us.set(now_us);
    source.bytes.add(bytes);
    source.packets.add(1);
}

void RtpCounters::count_type(state::Writer& writer, state::StreamRecord& record, std::uint8_t type) {
    const auto type_plus_one = type + 1u;
    if (!current_type_ || current_type_->type_plus_one.get() != type_plus_one)
        current_type_ = place_for(writer, record, type_plus_one);
    if (!current_type_) return record.others.type_packets.add(1);
    current_type_->type_plus_one.set(type_plus_one);
    current_type_->packets.add(1);
}

// What the rule has forgotten since begins at zero there, if it comes again.
void RtpCounters::follow_rule(state::StreamRecord& record, const offload::Sources& sources) {
    in_kernel_ = 0;
    unsigned number = 0;
    for (auto* at = &record.source_list; at; at = state::follow<state::SourceRecord>(at, at->part.next), ++number) {
        const auto same = [at](const offload::Source& source) { return is(*at, source.ssrc); };
        if (std::any_of(sources.begin(), sources.end(), same))
            in_kernel_ |= 1u << number;
        else if (at->kernel.packets.get())
            clear(at->kernel);
    }
}

void RtpCounters::take_over(state::Writer& writer, state::StreamRecord& record, const offload::Source& from) {
    bool known = false;
    state::each_source(record, [&](const auto& source) { known |= is(source, from.ssrc); });
    if (!known && !from.packets) return; // made room for another one
    // The rule has fewer places than we, so there is one that it doesn't count.
    const auto found = find(writer, record, from.ssrc, UINT64_MAX);
    if (!found.source) return;
    auto& to = *found.source;
    auto& seen = to.kernel;
    if (from.packets < seen.packets.get()) clear(seen); // the rule had forgotten it
    add_new(to.packets, seen.packets, from.packets);
    add_new(to.bytes, seen.bytes, from.bytes);
    add_new(to.duplicates, seen.duplicates, from.duplicates);
    add_lost(to.lost, seen, from.lost);
    in_kernel_ |= 1u << found.number;
    const auto highest = std::max(to.extended_seq.get(), from.highest); // packets may have come beside the rule
    to.window.set(aged(to.window.get(), highest - to.extended_seq.get()) | aged(from.window, highest - from.highest));
    if (from.highest == highest) to.last_timestamp.set(from.timestamp);
    to.extended_seq.set(highest);
}

// What is lost is seen from all packets, whichever way they came. More than a window of them were not on their way but had
// been counted before, and nobody had read it.
void RtpCounters::take_late(state::Writer& writer, state::StreamRecord& record, const offload::Source& from) {
    const auto found = find(writer, record, from.ssrc, UINT64_MAX);
    if (!found.source || from.packets <= found.source->kernel.packets.get()) return;
    auto& to = *found.source;
    if (from.packets - to.kernel.packets.get() > 64) return take_over(writer, record, from);
    auto sequence = sequence_of(to);
    follow_late(sequence, from);
    to.extended_seq.set(sequence.highest);
    to.window.set(sequence.window);
    to.lost.set(sequence.lost);
    to.kernel.lost.set(from.lost);
    add_new(to.packets, to.kernel.packets, from.packets);
    add_new(to.bytes, to.kernel.bytes, from.bytes);
    add_new(to.duplicates, to.kernel.duplicates, from.duplicates);
}

void RtpCounters::take_over(state::Writer& writer, state::StreamRecord& record, const offload::State& state) {
    const bool late = state.withdrawn && !in_kernel_;
    if (!late) follow_rule(record, state.sources);
    for (const auto& source : state.sources)
        late ? take_late(writer, record, source) : take_over(writer, record, source);
    take_types(writer, record, state);
}

offload::Sources RtpCounters::sources(state::StreamRecord& record) const {
    offload::Sources sources;
    const auto latest = Latest(record).mask();
    unsigned number = 0;
    for (auto* at = &record.source_list; at; at = state::follow<state::SourceRecord>(at, at->part.next), ++number) {
        if (number >= state::max_sources || !(latest >> number & 1)) continue;
        const auto& seen = at->kernel;
        sources.push_back({static_cast<std::uint32_t>(at->ssrc.get()), static_cast<std::uint32_t>(at->last_timestamp.get()),
                           seen.packets.get(), seen.bytes.get(), seen.lost.get(), seen.duplicates.get(),
                           at->extended_seq.get(), at->window.get()});
    }
    return sources;
}

void RtpCounters::enter_kernel(state::StreamRecord& record) {
    in_kernel_ = Latest(record).mask();
}

} // namespace rtpengine::dataplane
