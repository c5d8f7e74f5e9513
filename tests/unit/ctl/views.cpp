// SPDX-License-Identifier: Apache-2.0
#include "ctl/views.h"

#include <doctest/doctest.h>

#include "control/ng/json.h"
#include "ctl/format.h"

using namespace rtpengine;

namespace {

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("status: instances, interfaces, processes, workers") {
    const auto supervisor =
        *ng::decode_json(R"({"version":"1.2","pid":7,"uptime":61,"runtime_dir":"/run/x","new":1,
        "instances":[{"name":"a","table":0,"listen_ng":["127.0.0.1:1","[::1]:1"],"interfaces":[{"name":"int","worker":"0/int",
        "addresses":[{"address":"192.0.2.1","advertised":"198.51.100.1","port_min":1000,"port_max":2000},
        {"address":"::1","advertised":"::1"}]}]}],
        "children":[{"name":"control","kind":"control","pid":8,"state":"running","restarts":0,"uptime":60,"detail":"fine"}]})");
    const auto control = *ng::decode_json(R"({"instances":[{"name":"b"},{"name":"a","calls":12,"streams":48}],
        "workers":[{"name":"0/int","connected":true,"streams":48,"packets":1000,"bytes":172000,"errors":1}]})");
    const auto view = ctl::status_view(supervisor, control, {});
    CHECK(contains(view, "rtpengine 1.2, process 7, up 1:01, /run/x\n"));
    CHECK(contains(view, "a             0  127.0.0.1:1, [::1]:1     12     48\n"));
    CHECK(contains(view, "int        a         192.0.2.1  198.51.100.1  1000-2000   0/int\n"));
    CHECK(contains(view, "int        a         ::1        -             ---         0/int\n"));
    CHECK(contains(view, "control  control    8  running         0  1:00  fine\n"));
    CHECK(contains(view, "0/int   yes                48       1,000  172.0 kB       1\n"));
}

TEST_CASE("status without control, and of nothing") {
    CHECK(contains(ctl::status_view({}, {}, {}), "rtpengine -, process -"));
    const auto supervisor = *ng::decode_json(R"({"instances":[{"name":"a","listen_ng":[]}]})");
    CHECK(contains(ctl::status_view(supervisor, {}, {}), "a             -  -       -      -\n"));
}

TEST_CASE("calls") {
    CHECK(ctl::calls_view({}, {}) == "no calls\n");
    const auto reply =
        *ng::decode_json(R"({"calls":[{"call_id":"id1","instance":"a","created":1,"tags":["x","y"],
        "medias":2,"packets":1234,"age":61}]})");
    const auto view = ctl::calls_view(ctl::list(reply, "calls"), {});
    CHECK(contains(view, "id1      a         x, y  1:01      2       1,234            -\n1 call\n"));
}

TEST_CASE("one call") {
    const auto call =
        *ng::decode_json(R"({"call_id":"id1\u001b","instance":"a","parties":[{"tag":"t1","label":"caller",
        "medias":[{"index":1,"type":"audio","protocol":"RTP/AVP","codec":"PCMU/8000","streams":[{"component":"RTP",
        "local":"192.0.2.1:1000","remote":"198.51.100.1:2","flags":["filled"],"path":"userspace",
        "in":{"packets":10,"bytes":1720,"errors":0},"out":{"packets":9,"errors":2},"ssrcs":[3735928559]}]}]},{"tag":""}]})");
    const auto view = ctl::call_view(call, {});
    CHECK(contains(view, "Call id1\\x1b, instance a"));
    CHECK(contains(view, "Party t1, label caller\n  Media 1: audio over RTP/AVP, PCMU/8000\n"));
    CHECK(contains(view, "RTP     192.0.2.1:1000  198.51.100.1:2  -          10  9 (2 err)     -  userspace  "
                         "deadbeef  filled\n"));
    CHECK(contains(view, "Party -\n"));
}
