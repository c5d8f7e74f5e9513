// SPDX-License-Identifier: Apache-2.0
// Packets whose indices of SRTP the kernel has: whose of them bring a stream back.
#include "dataplane/worker/forwarder.h"

#include <doctest/doctest.h>

#include "../io/no_ports.h"
#include "../timing/fake_clock.h"
#include "common/state/map.h"
#include "dataplane/srtp/session.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;

namespace {

constexpr std::uint32_t ssrc = 0x1234;
const Endpoint peer = *Endpoint::parse("198.51.100.1:4000"), stranger = *Endpoint::parse("203.0.113.66:4000");

srtp::Parameters keys(std::uint8_t of) {
    const std::vector<std::uint8_t> key(16, of), salt(14, of);
    srtp::Parameters made;
    made.suite = srtp::find_suite("AES_CM_128_HMAC_SHA1_80");
    REQUIRE((made.master.key.assign(key) && made.master.salt.assign(salt)));
    return made;
}

std::vector<std::uint8_t> packet(std::uint16_t sequence, std::size_t size = 172) {
    std::vector<std::uint8_t> bytes(size);
    bytes[0] = 0x80;
    bytes[1] = 8;
    bytes[2] = static_cast<std::uint8_t>(sequence >> 8);
    bytes[3] = static_cast<std::uint8_t>(sequence);
    bytes[10] = ssrc >> 8;
    bytes[11] = ssrc & 0xff;
    return bytes;
}

StreamSpec spec(std::uint64_t id, std::uint32_t slot, const Endpoint& signalled) {
    StreamSpec made;
    made.id = id;
    made.slot = slot;
    made.local = {*Address::parse("192.0.2.1"), static_cast<std::uint16_t>(30000 + slot)};
    made.rule.component = flow::Component::rtp;
    made.rule.may_learn = true;
    made.rule.signalled = signalled;
    made.signalled_epoch = made.learn_epoch = 1;
    return made;
}

// From the peer towards somebody: as plain RTP, and it leaves as SRTP; or as SRTP, and leaves in the clear.
struct Held {
    test::FakeClock clock;
    timing::Wheel wheel{clock};
    const Fd state = *state::Map::create(8);
    Records records = *Records::open({state.get(), {-1}}, 0);
    test::NoPorts ports;
    std::unique_ptr<io::Transit> transit = *io::Transit::open({});
    io::Egress egress{ports, nullptr, *transit, 0, records.header().out, records.header().turns};
    Waiting waiting{wheel, [] {}};
    Streams streams{records, ports, egress};
    Forwarder forwarder{streams, egress, records, waiting};
    StreamSpec from = spec(1, 0, peer), to = spec(2, 1, *Endpoint::parse("198.51.100.2:6000"));
    srtp::Session sender = *srtp::Session::make(keys(2));
    srtp::Source sent{};
    const bool receives;

    explicit Held(bool receives, bool strict) : receives(receives) {
        from.rule.strict_source = strict;
        from.sinks.push_back({0, 1, 2, to.local, flow::Component::rtp, 0});
        auto& protects = receives ? from.receive : from.sinks[0].send;
        protects.push_back(keys(receives ? 2 : 1));
        REQUIRE(streams.set(to, 1).outcome == Outcome::ok);
        REQUIRE(streams.set(from, 1).outcome == Outcome::ok);
        come(peer, packet(100)); // settled
        REQUIRE(record().in.packets.get() == 1);
        auto& protection = receives ? *streams[0].receive : *streams[0].exits.at(0).send;
        REQUIRE(protection.find(ssrc));
        protection.find(ssrc)->lent.set(132 + 1);
        streams[0].kernel = Stream::Kernel::has;
    }
    state::StreamRecord& record() { return *streams[0].record; }
    std::uint64_t refused(state::Refusal why) {
        const auto view = records.writer().map().stream(0);
        return view.decisions() ? view.decisions()->refused[static_cast<unsigned>(why)].get() : 0;
    }
    std::vector<std::uint8_t> on_the_wire(const std::vector<std::uint8_t>& packet) {
        if (!receives) return packet;
        std::vector<std::uint8_t> sealed(packet.size() + 10);
        REQUIRE(sender.protect(srtp::Half::rtp, sent, {}, packet, sealed));
        return sealed;
    }
    void come(const Endpoint& source, const std::vector<std::uint8_t>& packet) {
        const auto bytes = on_the_wire(packet);
        io::Batch batch;
        batch.add({0, io::Packet::tos_not_asked, 0, source, bytes});
        forwarder.forward(batch);
    }
};

} // namespace

TEST_CASE("a stranger's packet brings no stream back from the kernel, whatever its index") {
    for (const bool receives : {false, true}) {
        Held held(receives, true);
        held.come(stranger, packet(200));
        CHECK(held.streams.recalled().empty());
        CHECK_FALSE(held.forwarder.waits());
        CHECK(held.refused(state::Refusal::source) == 1);
        CHECK(held.record().in.errors.get() == 1);
        held.come(peer, packet(201));
        CHECK(held.streams.recalled() == std::vector<std::uint32_t>{0});
        CHECK(held.forwarder.waits());
        CHECK(held.record().in.errors.get() == 1);
    }
}

TEST_CASE("without strict-source the stranger's packets are taken, and bring it back") {
    Held held(false, false);
    held.come(stranger, packet(200));
    CHECK(held.streams.recalled() == std::vector<std::uint32_t>{0});
    CHECK(held.record().in.errors.get() == 0);
}

TEST_CASE("what is too long to wait is refused, and counted") {
    for (const bool receives : {false, true}) {
        Held held(receives, true);
        held.come(peer, packet(200, io::OwnedPacket::capacity + 100));
        CHECK(held.streams.recalled().empty());
        CHECK(held.refused(state::Refusal::room) == 1);
        CHECK(held.record().in.errors.get() == 1);
        held.come(peer, packet(101)); // ours still
        CHECK(held.record().in.packets.get() == 2);
    }
}
