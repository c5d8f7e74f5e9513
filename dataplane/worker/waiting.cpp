// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/waiting.h"

#include <utility>

namespace rtpengine::dataplane {

Line::Line(Waiting& waiting, std::uint32_t slot)
    : waiting_(waiting), slot_(slot), patience_(waiting.wheel_, [&waiting] { waiting.look_(); }) {
    waiting_.lines_.push_back(this);
    patience_.start_ms(patience_ms);
}

Line::~Line() { std::erase(waiting_.lines_, this); }

void Line::push(io::PacketPool::Handle packet) { packets_[(first_ + count_++) % longest] = std::move(packet); }

io::PacketPool::Handle Line::pop() {
    auto packet = std::move(packets_[first_]);
    first_ = (first_ + 1) % longest;
    --count_;
    return packet;
}

Waiting::Waiting(timing::Wheel& wheel, std::function<void()> look)
    : wheel_(wheel), look_(std::move(look)), next_look_(wheel, [this] { looked(); }) {
    lines_.reserve(capacity);
}

bool Waiting::add(LineHandle& line, const io::Packet& packet) {
    if (!io::OwnedPacket::fits(packet)) return false;
    if (line && (line->full() || !packets_.free())) line->pop();
    auto kept = packets_.take(packet);
    if (!kept) return false;
    if (!line) line = pool_.take(*this, packet.slot); // each has a packet, so there is a line for each packet
    line->push(std::move(kept));
    if (!next_look_.waits()) next_look_.start_ms(look_ms);
    return true;
}

void Waiting::looked() {
    look_();
    if (any()) next_look_.start_ms(look_ms);
}

} // namespace rtpengine::dataplane
