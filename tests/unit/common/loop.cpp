// SPDX-License-Identifier: Apache-2.0
#include "common/uv/loop.h"

#include <doctest/doctest.h>
#include <sys/eventfd.h>

#include "common/base/fd.h"

using namespace rtpengine;

TEST_CASE("a timer that starts itself again leaves others their turn") {
    uv::Loop loop;
    const Fd readable(eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
    unsigned expired = 0, polled = 0;
    uv::Timer* self = nullptr;
    uv::Timer timer(loop, [&] {
        if (++expired == 1000 || polled) return loop.stop();
        self->start_ms(0);
    });
    self = &timer;
    uv::Poll poll(loop, readable.get(), [&] { ++polled; });
    timer.start_ms(0);
    loop.run();
    CHECK(polled > 0);
    CHECK(expired < 1000);
}
