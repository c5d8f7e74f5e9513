// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ctl/selftest/call.h"
#include "ctl/table.h"

namespace rtpengine::ctl {

struct TestResult {
    Tally to_callee, to_caller;
    Endpoint caller_sends_to, callee_sends_to;

    bool passed() const;
};

// 50 packets a second each way for so long, then waits a moment for the last ones.
TestResult run_call(TestCall& call, unsigned seconds);

std::string result_view(const TestResult& result,
                        const Style& style);       // a table, and the verdict in one sentence
std::string result_json(const TestResult& result); // one object, for --json

} // namespace rtpengine::ctl
