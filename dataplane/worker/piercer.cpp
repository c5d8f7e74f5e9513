// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/piercer.h"

#include <algorithm>

#include <sys/random.h>

namespace rtpengine::dataplane {

namespace {

constexpr std::uint64_t interval_ms = 250;
constexpr std::uint8_t unused_payload_type =
    127; // RFC 6263 section 4.6: receivers ignore what they don't know

std::uint8_t byte(std::uint32_t value, unsigned shift) {
    return static_cast<std::uint8_t>(value >> shift);
}

} // namespace

Piercer::Piercer(uv::Loop& loop, Streams& streams, io::Egress& egress)
    : streams_(streams), egress_(egress), timer_(loop, [this] { tick(); }) {}

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
    if (!pierce(target)) return;
    if (targets_.empty()) timer_.start_ms(interval_ms, interval_ms);
    targets_.push_back(target);
}

bool Piercer::pierce(Target& target) {
    const auto& stream = streams_[target.slot];
    if (!stream.record || stream.echo.stream != target.stream || !stream.rule.pierce_nat ||
        stream.learned.received)
        return false;
    const auto to = destination(*stream.record, target.stream);
    if (!to || to->address.family != stream.echo.from.address.family) return true; // perhaps later
    const bool rtcp = stream.rule.component == flow::Component::rtcp;
    const auto ssrc = target.ssrc;
    std::uint8_t rtp[12] = {0x80,
                            unused_payload_type,
                            byte(target.sequence, 8),
                            byte(target.sequence, 0),
                            0,
                            0,
                            0,
                            0,
                            byte(ssrc, 24),
                            byte(ssrc, 16),
                            byte(ssrc, 8),
                            byte(ssrc, 0)};
    std::uint8_t report[8] = {0x80, 201, 0, 1, byte(ssrc, 24), byte(ssrc, 16), byte(ssrc, 8), byte(ssrc, 0)};
    ++target.sequence;
    egress_.send_now(stream.echo, *to, rtcp ? std::span<const std::uint8_t>(report) : rtp);
    return true;
}

void Piercer::tick() {
    std::erase_if(targets_, [this](Target& target) { return !pierce(target); });
    if (targets_.empty()) timer_.stop();
}

} // namespace rtpengine::dataplane
