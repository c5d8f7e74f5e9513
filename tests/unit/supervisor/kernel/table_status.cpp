// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/table_status.h"

#include <doctest/doctest.h>

using rtpengine::supervisor::kernel::parse_table_status;

TEST_CASE("who controls a table, and how many rules lead to it") {
    const auto status = parse_table_status("Refcount: 3\nControl PID: 4711\nStreams: 12\nRules: 2\n");
    CHECK(status.control_pid == 4711);
    CHECK(status.rules == 2);
}

TEST_CASE("what is not said is not known") {
    CHECK(parse_table_status("").control_pid == 0);
    CHECK_FALSE(parse_table_status("Control PID: 1\n").rules);
    const auto status = parse_table_status("Control PID: x\nRules: -1\nRules\n: 5\n\xff\n");
    CHECK(status.control_pid == 0);
    CHECK_FALSE(status.rules);
}
