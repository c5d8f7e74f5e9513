// SPDX-License-Identifier: Apache-2.0
// Several ports whose packets leave under the same keys: each index of an SSRC leaves once, whoever sends it, and the counter goes on
// where the last one has stopped.
#include "secured.h"

using namespace rtpengine;
using namespace rtpengine::live;
using srtp::Half;

namespace {

// b has SRTP. What comes to a's port and to c's leaves by b's, under the same keys: a's is at the first worker, b's at the last, c's
// at `worker_of_c`.
struct Fork : Pair {
    Fork(unsigned workers, unsigned worker_of_c)
        : Pair(workers), worker_of_c(worker_of_c), c_port(worker_of_c ? "127.0.0.2:30004" : "127.0.0.1:30004"),
          for_c(stream(3, 2, c_port, "127.0.1.3:5004")) {
        for (auto* each : {&for_a, &for_b, &for_c}) each->set_component(link::MUXED);
        join();
        *for_a.mutable_sinks(0)->mutable_send() = message(to_b_keys);
        *for_c.add_sinks() = for_a.sinks(0);
        tell();
    }
    void open_c() { control.update(worker_of_c, {for_c}); }
    void close_a() { control.update(0, {}, {key(1, 0)}); }
    // c's takes the place of a's.
    void move() {
        if (!worker_of_c) return void(control.update(0, {for_c}, {key(1, 0)}));
        open_c();
        close_a();
    }
    static link::StreamKey key(std::uint64_t id, std::uint32_t slot) {
        link::StreamKey key;
        key.set_id(id);
        key.set_slot(slot);
        return key;
    }
    std::uint64_t errors(unsigned worker, std::uint32_t slot) { return control.sink(worker, slot, 0).out.errors.get(); }
    void got(const Bytes& packet) {
        const auto received = b.receive();
        REQUIRE(received);
        REQUIRE(to_b.open(Half::rtp, received->bytes) == packet);
    }
    void a_says(std::uint16_t sequence, std::uint32_t ssrc = 7) {
        a.send(a_port, rtp(sequence, ssrc));
        got(rtp(sequence, ssrc));
    }
    void c_says(std::uint16_t sequence, std::uint32_t ssrc = 7) {
        c.send(c_port, rtp(sequence, ssrc));
        got(rtp(sequence, ssrc));
    }
    // Nothing of it leaves.
    void c_says_in_vain(std::uint16_t sequence, std::uint32_t ssrc = 7) {
        const auto before = errors(worker_of_c, 2);
        c.send(c_port, rtp(sequence, ssrc));
        Control::until([&] { return errors(worker_of_c, 2) > before; });
        CHECK(b.nothing_came());
    }

    const unsigned worker_of_c;
    const srtp::Parameters to_b_keys = keys("AEAD_AES_128_GCM", 5);
    End to_b{to_b_keys};
    const Peer c{"127.0.1.3:5004"};
    const std::string c_port;
    link::Stream for_c;
};

struct Layout {
    unsigned workers, of_c;
};
constexpr Layout layouts[] = {{1, 0}, {2, 0}, {2, 1}};

} // namespace

TEST_CASE("another port goes on where the one before has stopped, behind a turn of the sequence numbers") {
    for (const auto& layout : layouts) {
        CAPTURE(layout.workers);
        CAPTURE(layout.of_c);
        Fork fork(layout.workers, layout.of_c);
        for (std::uint16_t sequence = 65530; sequence != 5; ++sequence) fork.a_says(sequence);
        fork.move();
        for (std::uint16_t sequence = 5; sequence != 10; ++sequence) fork.c_says(sequence);
        fork.c_says_in_vain(4);
        fork.c_says(10);
    }
}

TEST_CASE("and back again, and with a worker killed in between") {
    for (const auto& layout : layouts) {
        CAPTURE(layout.workers);
        CAPTURE(layout.of_c);
        Fork fork(layout.workers, layout.of_c);
        fork.a_says(65535), fork.a_says(0);
        fork.move();
        fork.c_says(1);
        fork.control.kill(layout.of_c);
        fork.control.start(layout.of_c);
        if (layout.of_c || layout.workers == 1) fork.control.sync(layout.of_c, {fork.for_b, fork.for_c});
        else fork.control.sync(layout.of_c, {fork.for_c});
        fork.c_says(2);
        fork.for_a.set_id(4);
        fork.control.update(0, {fork.for_a});
        fork.control.update(layout.of_c, {}, {Fork::key(3, 2)});
        fork.a_says(3);
        fork.a_says(4);
    }
}

TEST_CASE("two who send one SSRC at the same time: no index leaves twice") {
    for (const auto& layout : layouts) {
        CAPTURE(layout.workers);
        CAPTURE(layout.of_c);
        Fork fork(layout.workers, layout.of_c);
        fork.open_c();
        fork.a_says(100);
        fork.c_says_in_vain(100);
        fork.a_says(101);
        if (layout.of_c) fork.c_says_in_vain(102); // it is the other worker's
        else fork.c_says(102);
        fork.close_a();
        fork.c_says_in_vain(100);
        fork.c_says(103);
    }
}

TEST_CASE("other SSRCs are nobody else's business") {
    for (const auto& layout : layouts) {
        CAPTURE(layout.workers);
        CAPTURE(layout.of_c);
        Fork fork(layout.workers, layout.of_c);
        fork.open_c();
        for (std::uint16_t sequence = 65534; sequence != 3; ++sequence) {
            fork.a_says(sequence, 1);
            fork.c_says(sequence, 2);
        }
    }
}

TEST_CASE("a worker that is killed with a stream of its own keeps what it has begun") {
    Fork fork(2, 1);
    fork.open_c();
    fork.a_says(65535), fork.a_says(0);
    fork.control.kill(0);
    fork.c_says_in_vain(1); // nobody knows how far it came
    fork.control.start(0);
    fork.control.sync(0, {fork.for_a});
    fork.c_says_in_vain(1);
    fork.a_says(1);
    fork.close_a();
    fork.c_says(2);
}
