// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/forwarder.h"

#include <algorithm>
#include <utility>

#include "common/base/clock.h"
#include "dataplane/worker/lending.h"
#include "dataplane/worker/proof.h"

namespace rtpengine::dataplane {

namespace {

constexpr std::size_t ahead = 4; // packets; their streams are fetched into the cache meanwhile

bool is_protected(rtp::Kind kind) { return kind == rtp::Kind::rtp || kind == rtp::Kind::rtcp; }
// Has a proof of its own.
bool answers_itself(rtp::Kind kind) { return kind == rtp::Kind::stun || kind == rtp::Kind::dtls; }
state::Refusal refusal(srtp::Fault fault) {
    switch (fault) {
    case srtp::Fault::malformed:
    case srtp::Fault::forged: return state::Refusal::forged;
    case srtp::Fault::repeated: return state::Refusal::repeated;
    case srtp::Fault::no_place: return state::Refusal::ssrcs;
    default: return state::Refusal::other;
    }
}
// Not one of the strangers whose packets are forwarded too (no strict source).
bool is_from_party(const Stream& stream, const Endpoint& source) {
    const auto& learned = stream.learned;
    return stream.receive || (source == learned.remote && (learned.confirmed || learned.checked || source.address == stream.rule.signalled.address));
}
state::Refusal unwelcome(const flow::Admission& admission) {
    return admission.action == flow::Action::refuse ? state::Refusal::kind : state::Refusal::source;
}
srtp::Half half_of(rtp::Kind kind) { return kind == rtp::Kind::rtp ? srtp::Half::rtp : srtp::Half::rtcp; }

} // namespace

void Forwarder::forward(const io::Batch& batch) {
    const auto now_us = us_of(BootClock::now());
    const auto& packets = batch.packets();
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (i + ahead < packets.size()) __builtin_prefetch(&streams_[packets[i + ahead].slot]);
        handle(packets[i], now_us);
    }
    flush();
}

void Forwarder::flush() {
    egress_.end_batch();
    working_.set(0);
}

void Forwarder::retry() {
    const auto now_us = us_of(BootClock::now());
    waiting_.each([&](std::uint32_t slot) {
        auto& stream = streams_[slot];
        if (!awaits_rule(stream, slot)) release(stream, now_us);
    });
    flush();
}

void Forwarder::release(Stream& stream, std::uint64_t now_us) {
    for (const auto line = std::move(stream.line); !line->empty();) deliver(stream, **line->pop(), now_us);
}

// Who has waited in vain waits no more, until all rules are there.
bool Forwarder::awaits_rule(Stream& stream, std::uint32_t slot) const {
    const bool announced = stream.kernel == Stream::Kernel::returns || announced_.get(slot) != stream.edition ||
                           (stream.handshake && stream.handshake->is_ahead()) ||
                           std::any_of(stream.exits.begin(), stream.exits.end(), [](const Exit& exit) { return exit.awaits_rule(); });
    stream.gave_up = announced && (stream.gave_up || (stream.line && !stream.line->patient()));
    return announced && !stream.gave_up;
}

// Behind those that wait already.
bool Forwarder::must_wait(Stream& stream, const io::Packet& packet, std::uint64_t now_us) {
    if (awaits_rule(stream, packet.slot)) return waiting_.add(stream.line, packet);
    if (stream.line) release(stream, now_us);
    return false;
}

void Forwarder::handle(const io::Packet& packet, std::uint64_t now_us) {
    auto& stream = streams_[packet.slot];
    if (!stream.record) return; // closed meanwhile
    if (must_wait(stream, packet, now_us)) return;
    deliver(stream, packet, now_us);
}

void Forwarder::deliver(Stream& stream, const io::Packet& packet, std::uint64_t now_us) {
    if (stream.rule.dark) return; // nobody's
    auto& record = *stream.record;
    working_.set(record.id.get());
    const auto kind = rtp::classify(packet.bytes);
    if (kind == rtp::Kind::stun && stream.ice) return check(stream, packet, now_us);
    if (kind == rtp::Kind::dtls && stream.handshake) return shake(stream, packet, now_us);
    const auto admission = flow::admit(stream.rule.component, kind);
    if (stream.kernel == Stream::Kernel::has && kind == rtp::Kind::rtp && leaves_lent(stream, packet.bytes, egress_.turn()))
        return hold(stream, packet, kind, admission, now_us);
    // A party's RTCP has one place where its indices are counted.
    if (kind == rtp::Kind::rtcp && stream.rule.component == flow::Component::rtp && stream.protects()) return refuse(stream, state::Refusal::kind);
    const auto opened = open(stream, packet, kind);
    const auto* const text = std::get_if<io::Packet>(&opened);
    if (!text) {
        const auto fault = std::get<srtp::Fault>(opened);
        if (fault == srtp::Fault::lent && stream.kernel == Stream::Kernel::has) return hold(stream, packet, kind, admission, now_us);
        return refuse(stream, refusal(fault));
    }
    if (stream.loop_guard && stream.loop_guard->looped(packet.bytes)) return refuse(stream, state::Refusal::loop);
    const auto action = judge(stream, packet, kind, admission, now_us);
    if (action == flow::Action::refuse) return refuse(stream, unwelcome(admission));
    // Also of what is ignored: a call isn't dead while STUN keeps its port open.
    record.last_packet_us.set(now_us);
    if (action == flow::Action::ignore) return;
    count(stream, *text, kind, admission.content);
    if (action == flow::Action::forward) send(stream, packet, *text, kind, admission.content);
    if (action == flow::Action::reflect) reflect(stream, packet);
}

// It is for the port's agent, whose answers leave with this batch. A call isn't dead while its peers check it; anybody else can't keep it.
void Forwarder::check(Stream& stream, const io::Packet& packet, std::uint64_t now_us) {
    stream.ice->receive(packet.source, packet.bytes, now_us / 1000);
    if (stream.ice->proved(packet.source)) stream.record->last_packet_us.set(now_us);
}

// The kernel should have it: it waits until the stream has come back. Nobody brings it back whose packets aren't taken.
void Forwarder::hold(Stream& stream, const io::Packet& packet, rtp::Kind kind, const flow::Admission& admission, std::uint64_t now_us) {
    if (verdict(stream, packet, kind, admission, now_us).action == flow::Action::refuse) return refuse(stream, unwelcome(admission));
    if (!waiting_.add(stream.line, packet)) return refuse(stream, state::Refusal::room);
    streams_.recalled().push_back(packet.slot);
}

// What is answered leaves with this batch. Of a stranger not even a ClientHello is looked at.
void Forwarder::shake(Stream& stream, const io::Packet& packet, std::uint64_t now_us) {
    if (!proved(stream, packet.source)) return refuse(stream, state::Refusal::source);
    stream.record->last_packet_us.set(now_us);
    stream.handshake->receive(packet.source, packet.bytes);
}

void Forwarder::refuse(Stream& stream, state::Refusal why) {
    stream.record->in.errors.add(1);
    totals_.errors.add(1);
    note(stream, why);
}

void Forwarder::note(Stream& stream, state::Refusal why) {
    if (auto* decisions = decisions_of(writer_, *stream.record)) decisions->refused[static_cast<unsigned>(why)].add(1);
}

std::variant<io::Packet, srtp::Fault> Forwarder::open(Stream& stream, const io::Packet& packet, rtp::Kind kind) {
    if (!is_protected(kind) && stream.receive && !answers_itself(kind)) return srtp::Fault::forged;
    if (stream.handshake && !stream.receive && !answers_itself(kind)) return srtp::Fault::forged;
    if (!is_protected(kind) || !stream.receive) return packet;
    const std::span room(text_.get(), io::Arrivals::max_datagram);
    const auto outcome = stream.receive->unprotect(half_of(kind), egress_.turn(), packet.bytes, room);
    if (!outcome) return outcome.fault;
    auto text = packet;
    text.bytes = room.first(outcome.size);
    return text;
}

flow::Action Forwarder::judge(Stream& stream, const io::Packet& packet, rtp::Kind kind,
                              const flow::Admission& admission, std::uint64_t now_us) {
    const auto& rule = stream.rule;
    if (flow::settled(rule, stream.learned, packet.source) && !rule.drop)
        return admission.action == flow::Action::forward ? flow::route(rule, admission.content)
                                                         : admission.action;
    const auto found = verdict(stream, packet, kind, admission, now_us);
    if (found.learned != stream.learned) take(stream, found.learned, packet);
    return found.action;
}

// Nothing has changed when it is said.
flow::Verdict Forwarder::verdict(const Stream& stream, const io::Packet& packet, rtp::Kind kind, const flow::Admission& admission, std::uint64_t now_us) {
    const auto& rule = stream.rule;
    if (rule.ice && admission.action == flow::Action::forward && !rule.drop)
        return {judge_checked(stream, packet, admission), admission.content, stream.learned};
    auto verdict = flow::decide(rule, stream.learned, kind, packet.source, now_us);
    if (verdict.learned.remote != stream.learned.remote &&
        streams_.off_limits().contains(verdict.learned.remote, stream.echo.from.address))
        verdict.learned.remote = {};
    return verdict;
}

// Nothing is learned from packets: the agent knows whom it has proved. A call that goes on with ICE stays where it was up to the first
// pair that is selected: before it has our answer the party can check nothing.
flow::Action Forwarder::judge_checked(const Stream& stream, const io::Packet& packet, const flow::Admission& admission) {
    const auto& learned = stream.learned;
    const bool as_before = !learned.checked && learned.received && packet.source == learned.remote;
    if (!as_before && !proved(stream, packet.source)) return flow::Action::refuse;
    return flow::route(stream.rule, admission.content);
}

void Forwarder::take(Stream& stream, const flow::Learned& learned, const io::Packet& packet) {
    if (learned.remote != stream.learned.remote)
        if (auto* decisions = decisions_of(writer_, *stream.record)) decisions->moved.add(1);
    stream.learned = learned;
    store_learned(*stream.record, stream.rule, stream.learned);
    streams_.learned().push_back(packet.slot);
}

void Forwarder::count(Stream& stream, const io::Packet& packet, rtp::Kind kind, flow::Content content) {
    auto& record = *stream.record;
    record.in.packets.add(1);
    record.in.bytes.add(packet.bytes.size());
    totals_.packets.add(1);
    totals_.bytes.add(packet.bytes.size());
    if (packet.tos != io::Packet::tos_not_asked) record.in_tos.set(static_cast<std::uint64_t>(packet.tos));
    if (kind != rtp::Kind::rtp || content != flow::Content::rtp) return;
    if (const auto header = rtp::Packet::parse(packet.bytes))
        stream.rtp.count(writer_, record, *header, packet.bytes.size());
}

void Forwarder::send(Stream& stream, const io::Packet& packet, const io::Packet& text, rtp::Kind kind, flow::Content content) {
    const bool told_apart = stream.bundle && kind == rtp::Kind::rtp;
    const auto member = told_apart ? stream.bundle->member_of(text.bytes) : std::nullopt;
    for (const auto& exit : stream.exits) {
        if (!flow::takes(exit.takes, content) || exit.silent) continue;
        if (told_apart && exit.members && !(member && exit.members >> *member & 1)) continue;
        const auto* record = exit.living();
        const auto to = record ? destination(*record, exit.route.stream) : std::nullopt;
        if (to && to->address.family == exit.route.from.address.family) leave(stream, exit, *to, packet, text, kind);
    }
}

// Under the same keys on both sides nothing but what came may leave: no index is used for anything else.
void Forwarder::leave(Stream& stream, const Exit& exit, const Endpoint& to, const io::Packet& packet, const io::Packet& text, rtp::Kind kind) {
    if (exit.same_keys) {
        if (!exit.edit || exit.edit->lets_pass(kind, text.bytes)) egress_.send(exit.route, to, packet);
    } else if (exit.edit) {
        leave_edited(stream, exit, to, text, kind);
    } else if (exit.send) {
        leave_protected(stream, exit, to, text, kind);
    } else {
        egress_.send(exit.route, to, text);
    }
}

void Forwarder::leave_edited(Stream& stream, const Exit& exit, const Endpoint& to, const io::Packet& text, rtp::Kind kind) {
    const auto room = exit.send ? std::span(edited_.get(), io::Arrivals::max_datagram)
                                : egress_.reserve(exit.route, to, &text, text.bytes.size());
    const auto size = exit.edit->apply(kind, text.bytes, room);
    if (!size) return;
    if (!exit.send) return egress_.commit(size);
    auto edited = text;
    edited.bytes = room.first(size);
    leave_protected(stream, exit, to, edited, kind);
}

void Forwarder::leave_protected(Stream& stream, const Exit& exit, const Endpoint& to, const io::Packet& text, rtp::Kind kind) {
    if (!is_protected(kind)) return; // nothing leaves in the clear
    const auto half = half_of(kind);
    const auto size = text.bytes.size() + exit.send->overhead(half);
    if (size > io::Arrivals::max_datagram) return exit.route.counters->errors.add(1);
    const auto room = egress_.reserve(exit.route, to, &text, size);
    const auto made = exit.send->protect(half, egress_.turn(), text.bytes, room, is_from_party(stream, text.source)); // not before: there may have been another turn
    if (made) return egress_.commit(made.size);
    exit.route.counters->errors.add(1);
    if (made.fault == srtp::Fault::no_place) note(stream, state::Refusal::ssrcs);
}

// SRTP doesn't go back as it came: who sent it takes other keys than it sends with.
void Forwarder::reflect(Stream& stream, const io::Packet& packet) {
    if (stream.receive) return;
    const auto to = destination(*stream.record, stream.echo.stream);
    if (to && to->address.family == stream.echo.from.address.family) egress_.send(stream.echo, *to, packet);
}

} // namespace rtpengine::dataplane
