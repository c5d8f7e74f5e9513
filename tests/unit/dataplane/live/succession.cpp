// SPDX-License-Identifier: Apache-2.0
// A worker takes over from another one that is still at work.
#include <chrono>
#include <csignal>

#include <doctest/doctest.h>

#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

struct Call : Pair {
    Call() { join_and_tell(); }
};

} // namespace

TEST_CASE("a successor stands by unnoticed, takes over when the first has ended, and nothing that waits is lost") {
    Call call;
    auto& control = call.control;
    const auto start = control.header(0).start.get();
    const auto first = control.succeed(0);
    CHECK_FALSE(control.beat(0).ready());
    call.send(1, 5);
    Pair::expect(call.b, 1, 5);
    CHECK(control.hellos(0) == 1);
    CHECK(control.header(0).start.get() == start);
    CHECK(control.header(0).open.get() == 2);

    REQUIRE(::kill(first, SIGTERM) == 0);
    CHECK(Control::collect(first) == 0);
    const auto ended = std::chrono::steady_clock::now();
    if (control.steered()) call.send(6, 10); // nobody reads at the moment
    control.wait_hello(0, 2);
    CHECK(control.sync(0, {call.for_a, call.for_b}).results_size() == 2);
    if (!control.steered()) call.send(6, 10);
    Pair::expect(call.b, 6, 10);
    const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - ended).count();
    MESSAGE("media ", took, " ms after the first worker's end");
    CHECK(took < 1000);
    control.run_until([&] { return control.beat(0).ready(); });
    CHECK_FALSE(control.beat(0).standby());
    CHECK(control.header(0).start.get() != start);
    CHECK(control.record(0, 0).in.packets.get() == 10);
    Control::until([&] { return control.header(0).working.get() == 0; }); // soon after the packets have left
    CHECK(control.terminate(0) == 0);
}

TEST_CASE("a successor takes over from a worker that is killed as well") {
    Call call;
    const auto first = call.control.succeed(0);
    REQUIRE(::kill(first, SIGKILL) == 0);
    CHECK(Control::collect(first) == 1000 + SIGKILL);
    call.control.wait_hello(0, 2);
    CHECK(call.control.terminate(0) == 0);
}

TEST_CASE("a successor that stands by leaves quietly when it is told to, and the first goes on") {
    Call call;
    const auto first = call.control.succeed(0);
    CHECK(call.control.terminate(0) == 0);
    call.send(1, 5);
    Pair::expect(call.b, 1, 5);
    REQUIRE(::kill(first, SIGTERM) == 0);
    CHECK(Control::collect(first) == 0);
}

TEST_CASE("a successor that can't work leaves before it stands by, and the first goes on") {
    Call call;
    const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    const auto first = call.control.succeed(0, null.get());
    CHECK(Control::collect(call.control.pid(0)) == 255);
    CHECK_FALSE(call.control.beat(0).standby());
    call.send(1, 5);
    Pair::expect(call.b, 1, 5);
    REQUIRE(::kill(first, SIGTERM) == 0);
    CHECK(Control::collect(first) == 0);
    call.control.forget(0);
}
