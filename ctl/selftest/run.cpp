// SPDX-License-Identifier: Apache-2.0
#include "ctl/selftest/run.h"

#include <chrono>

#include <poll.h>

namespace rtpengine::ctl {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds packet_time{20};
constexpr std::chrono::milliseconds lateness{500}; // for packets still on their way

void receive(TestCall& call, TestResult& result) {
    call.callee().receive(result.to_callee, caller_ssrc);
    call.caller().receive(result.to_caller, callee_ssrc);
}

// Takes what arrives until then, or until nothing is missing.
void receive_until(TestCall& call, TestResult& result, Clock::time_point until, bool stop_when_complete) {
    for (;;) {
        if (stop_when_complete && result.to_callee.lost() + result.to_caller.lost() == 0) return;
        const auto left = until - Clock::now();
        if (left <= Clock::duration::zero()) return;
        pollfd sockets[] = {{call.caller().fd(), POLLIN, 0}, {call.callee().fd(), POLLIN, 0}};
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec wait{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
        if (::ppoll(sockets, 2, &wait, nullptr) > 0) receive(call, result);
    }
}

} // namespace

bool TestResult::passed() const {
    const auto complete = [](const Tally& tally) { return tally.sent_count() > 0 && tally.lost() == 0; };
    return complete(to_callee) && complete(to_caller);
}

TestResult run_call(TestCall& call, unsigned seconds) {
    TestResult result{{}, {}, call.caller_sends_to(), call.callee_sends_to()};
    auto next = Clock::now();
    for (auto packets = seconds * (std::chrono::seconds(1) / packet_time); packets > 0; --packets) {
        call.caller().send(result.to_callee);
        call.callee().send(result.to_caller);
        receive_until(call, result, next += packet_time, false);
    }
    receive_until(call, result, Clock::now() + lateness, true);
    return result;
}

} // namespace rtpengine::ctl
