// SPDX-License-Identifier: Apache-2.0
#include "ctl/top_view.h"

#include <doctest/doctest.h>

#include "common/ng/json.h"

using namespace rtpengine;
using namespace rtpengine::ctl;

namespace {

ng::Dict parsed(const std::string& json) {
    auto dict = ng::decode_json(json, {1 << 20, 32});
    REQUIRE(dict);
    return *std::move(dict);
}

Sample sample(double at, int pid, int cpu_ms, int packets, int kernel, int kernel_streams) {
    const auto text = [](int number) { return std::to_string(number); };
    return {parsed(R"({"version":"1","pid":7,"uptime":65,"instances":[{"name":"core","draining":true,"kernel":{"state":"bpf"}}],)"
                   R"("children":[{"name":"core/pub","state":"up","restarts":3,"pid":)" + text(pid) + R"(,"cpu_ms":)" +
                   text(cpu_ms) + "}]}"),
            parsed(R"({"instances":[{"name":"core","calls":12,"streams":48}],"workers":[{"name":"core/pub","streams":4,)"
                   R"("errors":0,"overruns":5,"kernel_streams":)" + text(kernel_streams) + R"(,"packets":)" + text(packets) +
                   R"(,"kernel_packets":)" + text(kernel) + "}]}"),
            at};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("rates are between two moments") {
    const auto text = top_view(sample(10, 42, 1000, 500, 100, 4), sample(12, 42, 1500, 1500, 900, 4), {});
    CHECK(has(text, "process 7, up 1:05"));
    CHECK(has(text, "core         12     48  yes       bpf"));
    CHECK(has(text, "core/pub  up      42   25.0        500          400         0  kernel         3     5"));
}

TEST_CASE("another process has no rate of CPU yet, and counters that went back none at all") {
    const auto text = top_view(sample(10, 42, 1000, 500, 100, 2), sample(12, 43, 1500, 100, 100, 2), {});
    CHECK(has(text, "core/pub  up      43      -          -            0         0  mixed "));
}

TEST_CASE("what didn't answer is a dash") {
    auto now = sample(1, 42, 0, 0, 0, 0);
    now.control = {};
    CHECK(has(top_view(now, now, {}), "core          -      -  yes"));
}
