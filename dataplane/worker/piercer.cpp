// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/piercer.h"

#include <algorithm>

#include <sys/random.h>

namespace rtpengine::dataplane {

namespace {

constexpr std::uint64_t interval_ms = 250;
constexpr std::uint8_t unused_payload_type =
    127; // RFC 6263 section 4.6: receivers ignore what they don't know

void put32(std::uint8_t* at, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) *at++ = static_cast<std::uint8_t>(value >> shift);
}

// RFC 3550 section 5.1, nothing but the header.
std::size_t write_rtp(std::uint8_t* to, std::uint16_t sequence, std::uint32_t ssrc) {
    put32(to, 0x80000000u | std::uint32_t{unused_payload_type} << 16 | sequence);
    put32(to + 4, 0);
    put32(to + 8, ssrc);
    return RTP_HEADER;
}

// Section 6.4.2, an empty receiver report.
std::size_t write_rtcp(std::uint8_t* to, std::uint32_t ssrc) {
    put32(to, 0x80c90001u);
    put32(to + 4, ssrc);
    return 8;
}

} // namespace

Piercer::Piercer(timing::Wheel& wheel, Streams& streams, io::Egress& egress)
    : streams_(streams), egress_(egress), timer_(wheel, [this] { tick(); }) {}

void Piercer::consider(std::uint32_t slot) {
    const auto& stream = streams_[slot];
    if (!stream.record || !stream.rule.pierce_nat || stream.learned.received) return;
    const auto same = [&](const Target& target) {
        return target.slot == slot && target.stream == stream.echo.stream;
    };
    if (std::any_of(targets_.begin(), targets_.end(), same)) return;
    Target target{slot, stream.echo.stream, 0, 0};
    if (getrandom(&target.ssrc, sizeof target.ssrc, GRND_NONBLOCK) < 0) target.ssrc = slot;
    target.sequence = static_cast<std::uint16_t>(target.ssrc >> 16 & 0x7fff);
    const bool more = pierce(target);
    egress_.flush();
    if (!more) return;
    targets_.push_back(target);
    if (!timer_.waits()) timer_.start_ms(interval_ms);
}

bool Piercer::pierce(Target& target) {
    const auto& stream = streams_[target.slot];
    if (!stream.record || stream.echo.stream != target.stream || !stream.rule.pierce_nat ||
        stream.learned.received)
        return false;
    const auto to = destination(*stream.record, target.stream);
    if (!to || to->address.family != stream.echo.from.address.family) return true; // perhaps later
    const bool rtcp = stream.rule.component == flow::Component::rtcp;
    const auto room = egress_.reserve(stream.echo, *to, nullptr, RTP_HEADER);
    egress_.commit(rtcp ? write_rtcp(room.data(), target.ssrc) : write_rtp(room.data(), target.sequence++, target.ssrc));
    return true;
}

void Piercer::tick() {
    std::erase_if(targets_, [this](Target& target) { return !pierce(target); });
    egress_.flush();
    if (!targets_.empty()) timer_.start_at(timer_.due_ms() + interval_ms);
}

} // namespace rtpengine::dataplane
