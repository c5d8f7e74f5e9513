// SPDX-License-Identifier: Apache-2.0
// What the kernel has counted is in the records, once, and told apart as far as there are places.
#include <doctest/doctest.h>

#include "offload_call.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;
using state::Path;

TEST_CASE_FIXTURE(Call, "what a stream in the kernel has counted is in its record, once") {
    pass(settled);
    CHECK(in_kernel(0));
    CHECK(in_kernel(1));
    CHECK(header().offloaded.get() == 2);
    CHECK(destination(0) == "2:6000");
    CHECK(send(0));
    CHECK_FALSE(out(0) == 2); // not read yet
    pass(second);
    CHECK(in(0) == 2);
    CHECK(out(0) == 2);
    CHECK(record(0).in.packets.get() == 1);
    CHECK(source(0, 0).packets.get() == 2);
    CHECK(record(0).type_list.types[0].packets.get() == 2);
    CHECK(header().kernel_in.packets.get() == 1);
    CHECK(header().kernel_out.packets.get() == 1);
    CHECK(us_of(state::last_packet(view(0))) >= now_us - 2 * second);
    pass(10 * second);
    CHECK(module.sets == 2);
    CHECK(in(0) == 2);
}

TEST_CASE_FIXTURE(Call, "sinks that go take the kernel's counts with them") {
    pass(settled);
    send(0, 5);
    auto c = spec(3, 2, "198.51.100.3:7000");
    a.sinks.clear();
    add_sink(a, c);
    const auto removed = set({c, a});
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].stream == 2);
    CHECK(removed[0].packets == 6);
    CHECK_FALSE(in_kernel(0));
    CHECK(out(0) == 0);
    pass(settled);
    CHECK(in_kernel(0));
    send(0, 2);
    const auto closed = streams().close({1, 0});
    REQUIRE(closed.removed.size() == 1);
    CHECK(closed.removed[0].packets == 2);
    CHECK(total_in(0) == 8); // until the record is used again
    CHECK(module.size() == 1);
    CHECK(header().offloaded.get() == 1);
}

TEST_CASE_FIXTURE(Call, "payload types are the kernel's to count, however many come, and no rule follows them") {
    pass(settled);
    const auto sets = module.sets;
    for (std::uint8_t type = 20; type < 60; ++type) { // two a second
        CHECK(send(0, type));
        CHECK(send(0));
        pass(second / 2);
        CHECK(in_kernel(0));
    }
    pass(second);
    CHECK(module.deletes == 0);
    CHECK(module.sets == sets);
    CHECK(in(0) == 80 + 1);
    CHECK(source(0, 0).packets.get() == 80 + 1);
    CHECK(source(0, 0).lost.get() == 0);
    std::uint64_t told_apart = 0;
    state::each_type(record(0), [&](const auto& type) { told_apart += type.packets.get(); });
    CHECK(record(0).others.type_packets.get() == 40 - 15); // sixteen have a place: these, and the one that was there
    CHECK(told_apart + record(0).others.type_packets.get() == 80 + 1);
}

TEST_CASE_FIXTURE(Call, "SSRCs that find no place in the kernel are counted together, whoever is heard keeps his") {
    pass(settled);
    const auto sets = module.sets;
    for (std::uint32_t i = 0; i < 60; ++i) { // a new one each second, and in between the stream's own
        CHECK(packet(0, {8, 0xbad0 + i, 1}));
        CHECK(send(0));
        pass(second);
        CHECK(in_kernel(0));
    }
    CHECK(module.sets == sets);
    CHECK(module.deletes == 0);
    std::uint64_t told_apart = 0;
    state::each_source(record(0), [&](const auto& each) { told_apart += each.packets.get(); });
    CHECK(told_apart + record(0).others.packets.get() == in(0));
    CHECK(in(0) == 121);
    CHECK(source(0, 0).packets.get() == 61);
    CHECK(source(0, 0).lost.get() == 0);
    CHECK(record(0).others.packets.get() > 30); // three places, each free again after ten seconds of silence
    CHECK(record(0).others.packets.get() < 50);
}

TEST_CASE_FIXTURE(Call, "an SSRC that comes again after others had its place in the kernel is counted on") {
    pass(settled);
    for (std::uint32_t round = 0; round < 3; ++round)
        for (const std::uint32_t ssrc : {0xa, 0xb, 0xc, 0xd, 0xe, 0xf}) {
            for (std::uint16_t i = 0; i < 5; ++i) CHECK(packet(0, {8, ssrc, static_cast<std::uint16_t>(round * 5 + i)}));
            pass(12 * second);
        }
    for (unsigned n = 1; n < 7; ++n) {
        CAPTURE(n);
        CHECK(source(0, n).packets.get() == 15);
    }
    CHECK(record(0).others.packets.get() == 0);
}

TEST_CASE_FIXTURE(Call, "what the kernel misses is lost") {
    pass(settled);
    send(0, 3);
    next[0] += 4;
    send(0, 3);
    pass(second);
    CHECK(source(0, 0).lost.get() == 4);
    a.rule.drop = true;
    set({a});
    send(0, 2);
    next[0] += 1;
    send(0, 1);
    CHECK(source(0, 0).lost.get() == 5);
}

TEST_CASE_FIXTURE(Call, "an SSRC that only the kernel has seen") {
    pass(settled);
    for (std::uint16_t i = 0; i < 5; ++i)
        CHECK(packet(0, {8, 0xbeef, static_cast<std::uint16_t>(900 + i)}));
    pass(second);
    CHECK(source(0, 1).ssrc.get() == 0xbeef);
    CHECK(source(0, 1).packets.get() == 5);
    CHECK(source(0, 1).extended_seq.get() == 904);
}

TEST_CASE_FIXTURE(Call, "asked for, the figures of the moment are there, once") {
    pass(settled);
    send(0, 5);
    send(1, 7);
    CHECK(in(0) == 1);
    for (int twice = 0; twice < 2; ++twice)
        offloader().refresh({1, 0});
    CHECK(in(0) == 6);
    CHECK(out(0) == 6);
    CHECK(source(0, 0).packets.get() == 6);
    CHECK(record(0).type_list.types[0].packets.get() == 6);
    CHECK(in(1) == 1); // wasn't asked for
    pass(second);
    CHECK(in(0) == 6);
    CHECK(in(1) == 8);
    CHECK(header().kernel_in.packets.get() == 12);
    CHECK(in_kernel(0));
    CHECK(module.deletes == 0);
}

TEST_CASE_FIXTURE(Call, "figures of what isn't in the kernel, or isn't there, change nothing") {
    offloader().refresh({1, 0}); // not yet
    pass(settled);
    send(0, 5);
    for (const auto& key : {StreamKey{2, 0}, {1, 1}, {1, slots}, {1, UINT32_MAX}, {0, 5}})
        offloader().refresh(key);
    CHECK(in(0) == 1);
    module.clear(); // is the next turn's to notice
    offloader().refresh({1, 0});
    CHECK(in(0) == 1);
    CHECK(offloader().active());
    pass(second);
    CHECK(path_of(0) == Path::bypassed);
}
