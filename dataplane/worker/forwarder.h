// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "dataplane/flow/decide.h"
#include "dataplane/io/batch.h"
#include "dataplane/io/egress.h"
#include "dataplane/io/transit.h"
#include "dataplane/worker/streams.h"
#include "dataplane/worker/waiting.h"

namespace rtpengine::dataplane {

// The packet path: datagrams in, verdicts, datagrams out. Allocates nothing, takes no lock.
class Forwarder {
  public:
    // All outlive the forwarder. The header of `records` counts what is received, and says what is being worked at. The lines of
    // the streams are of `waiting`.
    Forwarder(Streams& streams, io::Egress& egress, Records& records, Waiting& waiting)
        : streams_(streams),
          egress_(egress),
          waiting_(waiting),
          announced_(*records.announced(records.own())),
          writer_(records.writer()),
          totals_(records.header().in),
          working_(records.header().working) {}

    // Everything has left (or failed) when it returns.
    void forward(const io::Batch& batch);
    // Packets wait for rules.
    bool waits() const { return waiting_.any(); }
    // Some rules may have come, or have not come in time: what waited for them leaves.
    void retry();

  private:
    // `now_us`: CLOCK_BOOTTIME, read once for a batch.
    void handle(const io::Packet& packet, std::uint64_t now_us);
    void deliver(Stream& stream, const io::Packet& packet, std::uint64_t now_us);
    bool awaits_rule(Stream& stream, std::uint32_t slot) const;
    bool must_wait(Stream& stream, const io::Packet& packet, std::uint64_t now_us);
    void release(Stream& stream, std::uint64_t now_us);
    void flush();
    flow::Action judge(Stream& stream, const io::Packet& packet, rtp::Kind kind,
                       const flow::Admission& admission, std::uint64_t now_us);
    flow::Verdict verdict(const Stream& stream, const io::Packet& packet, rtp::Kind kind, const flow::Admission& admission, std::uint64_t now_us);
    static flow::Action judge_checked(const Stream& stream, const io::Packet& packet, const flow::Admission& admission);
    void check(Stream& stream, const io::Packet& packet, std::uint64_t now_us);
    void shake(Stream& stream, const io::Packet& packet, std::uint64_t now_us);
    void count(Stream& stream, const io::Packet& packet, rtp::Kind kind, flow::Content content);
    // What is in it, or why nothing is taken of it.
    std::variant<io::Packet, srtp::Fault> open(Stream& stream, const io::Packet& packet, rtp::Kind kind);
    void refuse(Stream& stream, state::Refusal why);
    void note(Stream& stream, state::Refusal why); // shown by rtpengine-ctl
    void hold(Stream& stream, const io::Packet& packet, rtp::Kind kind, const flow::Admission& admission, std::uint64_t now_us);
    void take(Stream& stream, const flow::Learned& learned, const io::Packet& packet);
    void send(Stream& stream, const io::Packet& packet, const io::Packet& text, rtp::Kind kind, flow::Content content);
    void leave(Stream& stream, const Exit& exit, const Endpoint& to, const io::Packet& packet, const io::Packet& text, rtp::Kind kind);
    void leave_edited(Stream& stream, const Exit& exit, const Endpoint& to, const io::Packet& text, rtp::Kind kind);
    void leave_protected(Stream& stream, const Exit& exit, const Endpoint& to, const io::Packet& text, rtp::Kind kind);
    void reflect(Stream& stream, const io::Packet& packet);

    Streams& streams_;
    io::Egress& egress_;
    Waiting& waiting_;
    const state::Announcements& announced_;
    state::Writer& writer_;
    state::Traffic& totals_;
    state::Counter& working_;
    // What an SRTP packet is opened into: not where it arrived, since a successor has to find it as it came.
    const std::unique_ptr<std::uint8_t[]> text_{new std::uint8_t[io::Arrivals::max_datagram]};
    const std::unique_ptr<std::uint8_t[]> edited_{new std::uint8_t[io::Arrivals::max_datagram]}; // and then protected
};

} // namespace rtpengine::dataplane
