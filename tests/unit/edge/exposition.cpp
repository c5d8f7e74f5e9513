// SPDX-License-Identifier: Apache-2.0
#include "edge/metrics/exposition.h"

#include <doctest/doctest.h>

using namespace rtpengine::edge::metrics;

TEST_CASE("families and samples; labels are escaped") {
    Exposition to;
    to.begin("plain", "gauge", "What it is");
    to.sample({}, "1.5");
    to.begin("labelled", "counter", {});
    to.sample({{"a", "x"}, {"b", "q\"uote \\ back\nline"}}, "2");
    CHECK(std::move(to).text() == "# HELP rtpengine_plain What it is\n# TYPE rtpengine_plain gauge\nrtpengine_plain 1.5\n"
                                  "# TYPE rtpengine_labelled counter\nrtpengine_labelled{a=\"x\",b=\"q\\\"uote \\\\ back\\nline\"} 2\n");
}
