// SPDX-License-Identifier: Apache-2.0
// Packets that leave otherwise than they came, or of which a sink takes some.
#include <doctest/doctest.h>

#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

Bytes with_extension() {
    auto packet = rtp(1);
    packet[0] |= 0x10;
    const Bytes block{0xbe, 0xde, 0, 2, 0x10, 0xba, 0x52, 1, 2, 3, 0, 0};
    packet.insert(packet.begin() + 12, block.begin(), block.end());
    return packet;
}

Bytes of_type(std::uint8_t type, std::uint16_t sequence) {
    auto packet = rtp(sequence);
    packet[1] = type;
    return packet;
}

} // namespace

TEST_CASE_FIXTURE(Pair, "silence, dropped payload types and stripped extensions, and the end of all that") {
    join();
    auto& edit = *for_a.mutable_sinks(0)->mutable_edit();
    edit.set_dropped_types(std::string(1, '\x02')); // 1
    edit.set_strip_all_extensions(true);
    auto& silence = *edit.add_silence();
    silence.set_type(8);
    silence.set_octet(0xd5);
    tell();
    const auto got = [&](const Bytes& packet) {
        a.send(a_port, packet);
        const auto received = b.receive();
        REQUIRE(received);
        return received->bytes;
    };
    CHECK(got(with_extension()) == rtp(1));
    auto silent = of_type(8, 2);
    std::fill(silent.begin() + 12, silent.end(), 0xd5);
    CHECK(got(of_type(8, 2)) == silent);
    a.send(a_port, of_type(1, 3)); // goes nowhere
    CHECK(got(rtp(4)) == rtp(4));
    for_a.mutable_sinks(0)->clear_edit();
    control.update(0, {for_a});
    CHECK(got(with_extension()) == with_extension());
    CHECK(got(of_type(1, 3)) == of_type(1, 3));
}

TEST_CASE_FIXTURE(Pair, "a port that several media share: each goes its way, and back by the one port") {
    join();
    auto for_c = stream(3, 2, "127.0.0.1:30004", "127.0.1.3:5004");
    const Peer c("127.0.1.3:5004");
    live::join(for_a, for_c, 0, 0);
    for (const unsigned type : {0u, 8u}) for_a.mutable_bundle()->add_members()->set_types(type ? std::string("\0\1", 2) : std::string(1, '\1'));
    for (int i = 0; i < 2; ++i) for_a.mutable_sinks(i)->set_members(1u << i);
    control.update(0, {for_a, for_b, for_c});
    const auto check = [&](std::uint16_t sequence) {
        a.send(a_port, of_type(8, sequence));
        a.send(a_port, of_type(0, sequence));
        const auto to_b = b.receive(), to_c = c.receive();
        REQUIRE(to_b);
        REQUIRE(to_c);
        CHECK(to_b->bytes == of_type(0, sequence));
        CHECK(to_c->bytes == of_type(8, sequence));
    };
    check(1);
    b.send(b_port, rtp(5)); // back, by the one port
    c.send("127.0.0.1:30004", rtp(6));
    for (const std::uint16_t sequence : {5, 6}) {
        const auto received = a.receive();
        REQUIRE(received);
        CHECK(received->bytes == rtp(sequence));
        CHECK(received->from.str() == a_port);
    }
    a.send(a_port, of_type(77, 9)); // of neither
    check(2);
}
