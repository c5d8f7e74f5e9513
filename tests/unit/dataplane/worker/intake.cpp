// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/intake.h"

#include <doctest/doctest.h>
#include <sys/eventfd.h>

using namespace rtpengine;
using namespace rtpengine::dataplane;

TEST_CASE("packets without an end leave others their turn") {
    uv::Loop loop;
    const Fd packets(eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)), request(eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
    unsigned rounds = 0, ticks = 0, requests = 0;
    constexpr unsigned end = 1'000'000; // of all patience
    const auto done = [&] { return rounds == end || (ticks >= 3 && requests >= 3); };
    Intake intake(loop, {packets.get()}, [&] {
        ++rounds;
        if (done()) loop.stop();
        return !done();
    });
    uv::Timer tick(loop, [&] { ++ticks; });
    uv::Poll poll(loop, request.get(), [&] { ++requests; });
    tick.start_ms(1, 1);
    intake.start();
    loop.run();
    CHECK(ticks >= 3);
    CHECK(requests >= 3);
    CHECK(rounds < end);
}
