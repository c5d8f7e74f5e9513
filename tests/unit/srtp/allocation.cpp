// SPDX-License-Identifier: Apache-2.0
// Packets are protected and unprotected without memory from anywhere.
#include <cstdlib>

#include "tests/unit/srtp/packets.h"

using namespace rtpengine::srtp;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

unsigned long allocations = 0;

} // namespace

// libc's own, counted; OpenSSL's come by here too.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
    ++allocations;
    return __libc_realloc(block, size);
}
}

TEST_CASE("no packet allocates anything, a forged one neither") {
    std::mt19937 random(1);
    const auto of_a_key = [&, before = allocations] {
        session(random_parameters(random, suites[0]));
        return allocations - before;
    };
    REQUIRE(of_a_key() > 0); // they are counted
    for (const auto& suite : suites) {
        const auto parameters = random_parameters(random, suite, 4);
        auto sender = session(parameters), receiver = session(parameters);
        Source out, in;
        auto rtp_packet = rtp(1, 0, Datagram(160));
        const auto rtcp_packet = rtcp(1, Datagram(40));
        Datagram room(300), opened(300);
        unsigned failures = 0;
        const auto before = allocations;
        for (int i = 0; i < 200; ++i) {
            rtp_packet[3] = static_cast<std::uint8_t>(i);
            for (const auto half : {Half::rtp, Half::rtcp}) {
                const auto made = sender.protect(half, out, {}, half == Half::rtp ? rtp_packet : rtcp_packet, room);
                room[20] ^= 1;
                failures += bool(receiver.unprotect(half, in, {}, std::span(room).first(made.size), opened));
                room[20] ^= 1;
                failures += !receiver.unprotect(half, in, {}, std::span(room).first(made.size), opened);
            }
        }
        CHECK(allocations == before);
        CHECK(failures == 0);
    }
}

#endif
