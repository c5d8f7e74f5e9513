// SPDX-License-Identifier: Apache-2.0
// Calls of which one side or both have SRTP: what leaves can be opened, what isn't authentic changes nothing,
// and neither does the death of a worker.
#include <doctest/doctest.h>

#include "secured.h"

using namespace rtpengine;
using namespace rtpengine::live;
using srtp::Half;

namespace {

// b has SRTP, a hasn't.
struct Call : Pair {
    const srtp::Parameters from_b_keys, to_b_keys;
    End from_b{from_b_keys}, to_b{to_b_keys};

    explicit Call(const char* suite = "AES_CM_128_HMAC_SHA1_80", unsigned workers = 1)
        : Pair(workers), from_b_keys(keys(suite, 1)), to_b_keys(keys(suite, 2)) {
        for_a.set_component(link::MUXED);
        for_b.set_component(link::MUXED);
        join();
        encrypt();
        tell();
    }
    void encrypt() {
        *for_b.mutable_receive() = message(from_b_keys);
        *for_a.mutable_sinks(0)->mutable_send() = message(to_b_keys);
    }

    // What b gets of the next one of a's packets.
    Bytes got_by_b(Half half, const Bytes& packet) {
        a.send(a_port, packet);
        const auto received = b.receive();
        REQUIRE(received);
        CHECK(received->bytes != packet);
        return to_b.open(half, received->bytes);
    }
    std::optional<Received> got_by_a(Half half, const Bytes& packet) {
        b.send(b_port, from_b.protect(half, packet));
        return a.receive();
    }
    void talk(std::uint16_t first, std::uint16_t last) {
        for (auto sequence = first; sequence <= last; ++sequence) {
            REQUIRE(got_by_b(Half::rtp, rtp(sequence)) == rtp(sequence));
            const auto received = got_by_a(Half::rtp, rtp(sequence, 0x55));
            REQUIRE(received);
            REQUIRE(received->bytes == rtp(sequence, 0x55));
        }
    }
    std::uint64_t errors_of_b() { return record(1).in.errors.get(); }
};

} // namespace

TEST_CASE("between plain RTP and SRTP, both ways, with every suite") {
    for (const auto& suite : srtp::suites) {
        CAPTURE(suite.name);
        Call call(suite.name.data());
        call.talk(10, 14);
        CHECK(call.got_by_b(Half::rtcp, rtcp()) == rtcp());
        const auto back = call.got_by_a(Half::rtcp, rtcp());
        REQUIRE(back);
        CHECK(back->bytes == rtcp());
        CHECK(call.record(1).in.packets.get() == 6);
        CHECK(call.errors_of_b() == 0);
    }
}

TEST_CASE("between workers, and between suites") {
    Call call("AEAD_AES_256_GCM", 2);
    call.talk(1, 5);
    const auto a_sends = keys("AES_CM_128_HMAC_SHA1_32", 3), a_takes = keys("NULL_HMAC_SHA1_80", 4);
    *call.for_a.mutable_receive() = message(a_sends);
    *call.for_b.mutable_sinks(0)->mutable_send() = message(a_takes);
    call.tell();
    End from_a(a_sends), to_a(a_takes);
    for (std::uint16_t i = 10; i < 20; ++i) {
        CHECK(call.got_by_b(Half::rtp, from_a.protect(Half::rtp, rtp(i))) == rtp(i));
        const auto back = call.got_by_a(Half::rtp, rtp(i, 0x66));
        REQUIRE(back);
        CHECK(to_a.open(Half::rtp, back->bytes) == rtp(i, 0x66));
    }
}

TEST_CASE("what isn't authentic is neither forwarded nor learned from") {
    Call call;
    call.talk(1, 3);
    const Peer stranger("127.0.1.9:7000");
    auto forged = call.from_b.protect(Half::rtp, rtp(4, 0x55));
    forged.back() ^= 1;
    const auto again = call.from_b.protect(Half::rtp, rtp(5, 0x55));
    call.b.send(call.b_port, again);
    REQUIRE(call.a.receive());
    for (const auto& bytes : {rtp(6, 0x55), forged, again, Bytes(again.begin(), again.begin() + 14), rtcp()})
        stranger.send(call.b_port, bytes);
    Control::until([&] { return call.errors_of_b() == 5; });
    CHECK(call.a.nothing_came());
    CHECK(call.got_by_b(Half::rtp, rtp(4)) == rtp(4)); // not the stranger
    CHECK(stranger.nothing_came());
    // Learning begins anew, and a stranger is first.
    call.for_b.set_learn_epoch(2);
    call.tell();
    stranger.send(call.b_port, rtp(7, 0x55));
    Control::until([&] { return call.errors_of_b() == 6; });
    CHECK(state::load_remote(call.record(1)).str() == "127.0.1.2:5002");
    CHECK_FALSE((call.record(1).flags.get() & state::confirmed));
}

TEST_CASE("a killed worker's successor goes on: nothing is refused, no index is used twice, across a turn of "
          "the sequence numbers") {
    Call call;
    call.talk(65520, 65530);
    call.control.kill(0);
    const bool waits = call.control.steered();
    for (std::uint16_t i = 65531; waits && i != 5; ++i) { // nobody reads
        call.a.send(call.a_port, rtp(i));
        call.b.send(call.b_port, call.from_b.protect(Half::rtp, rtp(i, 0x55)));
    }
    call.control.start(0);
    call.control.sync(0, {call.for_a, call.for_b});
    for (std::uint16_t i = 65531; waits && i != 5; ++i) {
        const auto at_b = call.b.receive(), at_a = call.a.receive();
        REQUIRE(at_b);
        REQUIRE(at_a);
        CHECK(call.to_b.open(Half::rtp, at_b->bytes) == rtp(i));
        CHECK(at_a->bytes == rtp(i, 0x55));
    }
    call.talk(waits ? 5 : 65531, waits ? 20 : 65534);
    CHECK(call.errors_of_b() == 0);
}

TEST_CASE("killed again and again with packets on their way: each that arrives is another one") {
    Call call;
    if (!call.control.steered()) return;
    std::uint16_t sequence = 1;
    for (int death = 0; death < 8; ++death) {
        const auto first = sequence;
        for (int i = 0; i < 40; ++i)
            call.a.send(call.a_port, rtp(sequence++));
        call.control.kill(0);
        call.control.start(0);
        call.control.sync(0, {call.for_a, call.for_b});
        for (auto i = first; i != sequence; ++i) {
            const auto received = call.b.receive();
            REQUIRE(received);
            CHECK(call.to_b.open(Half::rtp, received->bytes) == rtp(i));
        }
    }
    CHECK(call.b.nothing_came());
}

TEST_CASE("new keys in mid-call, and none") {
    Call call;
    call.talk(1, 3);
    const auto old = call.from_b.protect(Half::rtp, rtp(4, 0x55));
    const auto next = keys("AEAD_AES_128_GCM", 9), next_to_b = keys("AEAD_AES_128_GCM", 10);
    *call.for_b.mutable_receive() = message(next);
    *call.for_a.mutable_sinks(0)->mutable_send() = message(next_to_b);
    call.tell();
    call.b.send(call.b_port, old);
    Control::until([&] { return call.errors_of_b() == 1; });
    call.from_b = End(next), call.to_b = End(next_to_b);
    call.talk(5, 9);
    call.for_b.clear_receive();
    call.for_a.mutable_sinks(0)->clear_send();
    call.tell();
    call.send(10, 12);
    Pair::expect(call.b, 10, 12);
}

TEST_CASE("rules that are told again change nothing of what is known; keys that can't be used are refused, "
          "and all stays") {
    Call call;
    call.talk(1, 3);
    const auto sent = call.from_b.protect(Half::rtp, rtp(4, 0x55));
    call.b.send(call.b_port, sent);
    REQUIRE(call.a.receive());
    call.tell();
    auto bad = call.for_b;
    bad.mutable_receive()->mutable_masters(0)->set_key("short");
    CHECK(call.control.update(0, {bad}).results(0).outcome() == link::FAILED);
    bad.mutable_receive()->set_suite("ROT13");
    CHECK(call.control.update(0, {bad}).results(0).outcome() == link::FAILED);
    call.b.send(call.b_port, sent); // once more
    Control::until([&] { return call.errors_of_b() == 1; });
    call.talk(5, 8);
}

TEST_CASE("SSRCs have places, more than one part of a record has, and so many that it is enough") {
    Call call;
    for (std::uint32_t ssrc = 1; ssrc <= 32; ++ssrc) {
        CAPTURE(ssrc);
        const auto got = call.got_by_a(Half::rtp, rtp(1, ssrc));
        REQUIRE(got);
        CHECK(got->bytes == rtp(1, ssrc));
    }
    call.b.send(call.b_port, call.from_b.protect(Half::rtp, rtp(2, 7)));
    REQUIRE(call.a.receive());
}

TEST_CASE("a stranger whose packets are forwarded can't take all places of who is sent SRTP") {
    Call call;
    call.talk(1, 3);
    const Peer stranger("127.0.1.9:7000");
    const auto& sink = call.control.sink(0, 0, 0);
    for (std::uint32_t ssrc = 1000; ssrc < 1200; ++ssrc) {
        stranger.send(call.a_port, rtp(1, ssrc));
        Control::until([&] { return sink.out.packets.get() + sink.out.errors.get() == 3 + ssrc - 999; });
    }
    CHECK(sink.out.errors.get() > 100);
    while (call.b.receive(0)) {}
    for (std::uint32_t ssrc = 1; ssrc <= 30; ++ssrc) CHECK(call.got_by_b(Half::rtp, rtp(1, ssrc)) == rtp(1, ssrc));
    const auto view = call.control.view(0, 0);
    REQUIRE(view.decisions());
    CHECK(view.decisions()->refused[static_cast<unsigned>(state::Refusal::ssrcs)].get() == sink.out.errors.get());
}
