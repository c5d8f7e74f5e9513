// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control.h"
#include "host.h"

namespace rtpengine::live {

// Two peers, and a port for each of them at workers that run: slot 0 of the first one for a, slot 1 of the last one for b. Nobody
// has told the workers of it yet.
struct Pair {
    // `workers`: 1 or 2. a, at 127.0.1.1:5000 by its SDP, sends from `a_at`.
    explicit Pair(unsigned workers = 1, const std::string& a_at = "127.0.1.1:5000")
        : control(workers == 1 ? std::vector<std::string>{"127.0.0.1"} : std::vector<std::string>{"127.0.0.1", "127.0.0.2"}),
          a(a_at),
          worker_of_b(workers - 1),
          b_port(worker_of_b ? "127.0.0.2:30002" : "127.0.0.1:30002") {
        for (unsigned worker = 0; worker < workers; ++worker) control.begin(worker);
    }

    void join() { live::join(for_a, for_b, 0, worker_of_b); }
    void tell() {
        if (!worker_of_b) return void(control.update(0, {for_a, for_b}));
        control.update(worker_of_b, {for_b});
        control.update(0, {for_a});
    }
    void join_and_tell() {
        join();
        tell();
    }
    // From a, with these sequence numbers.
    void send(std::uint16_t first, std::uint16_t last) const {
        for (auto sequence = first; sequence <= last; ++sequence) a.send(a_port, rtp(sequence));
    }
    // These come next, in that order.
    static void expect(const Peer& at, std::uint16_t first, std::uint16_t last) {
        for (auto sequence = first; sequence <= last; ++sequence) {
            const auto received = at.receive();
            REQUIRE(received);
            REQUIRE(received->bytes == rtp(sequence));
        }
    }
    const state::StreamRecord& record(std::uint32_t slot) { return control.record(slot ? worker_of_b : 0, slot); }

    Control control;
    const Peer a, b{"127.0.1.2:5002"};
    const unsigned worker_of_b;
    const std::string a_port = "127.0.0.1:30000", b_port;
    link::Stream for_a = stream(1, 0, a_port, "127.0.1.1:5000"), for_b = stream(2, 1, b_port, "127.0.1.2:5002");
};

} // namespace rtpengine::live
