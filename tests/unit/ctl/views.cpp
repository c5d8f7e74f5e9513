// SPDX-License-Identifier: Apache-2.0
#include "ctl/views.h"

#include <doctest/doctest.h>

#include "common/ng/json.h"
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
        "instances":[{"name":"a","table":0,"kernel":{"table":0,"state":"failed","detail":"no module"},"listen_ng":["127.0.0.1:1","[::1]:1"],"interfaces":[{"name":"int","worker":"0/int",
        "addresses":[{"address":"192.0.2.1","advertised":"198.51.100.1","port_min":1000,"port_max":2000},
        {"address":"::1","advertised":"::1"}]}]}],
        "children":[{"name":"control","kind":"control","pid":8,"state":"running","restarts":0,"uptime":60,"detail":"fine"}]})");
    const auto control = *ng::decode_json(R"({"instances":[{"name":"b"},{"name":"a","calls":12,"streams":48}],
        "workers":[{"name":"0/int","connected":true,"streams":48,"kernel_streams":40,"packets":1000,"kernel_packets":900,
        "bytes":172000,"errors":1,"overruns":7,"unsent":1234},{"name":"0/ext","unsent":0}]})");
    const auto view = ctl::status_view(supervisor, control, {});
    CHECK(contains(view, "rtpengine 1.2, process 7, up 1:01, /run/x\n"));
    CHECK(contains(view, "a             0  failed  127.0.0.1:1, [::1]:1     12     48\n"));
    CHECK(contains(view, "\nkernel table 0: no module\n"));
    CHECK(contains(view, "int        a         192.0.2.1  198.51.100.1  1000-2000   0/int\n"));
    CHECK(contains(view, "int        a         ::1        -             ---         0/int\n"));
    CHECK(contains(view, "control  control    8  running         0  1:00  fine\n"));
    CHECK(contains(view,
                   "WORKER  LINK  PORTS  IN KERNEL  PACKETS IN  IN KERNEL  BYTES IN  ERRORS  LOST\n"
                   "0/int   yes      48         40       1,000        900  172.0 kB       1     7\n"));
    CHECK(contains(view, "\n\n0/int: 1,234 packets could not be sent\n"));
    CHECK(!contains(view, "0/ext: "));
}

TEST_CASE("status: a busy worker's line has room in 100 columns") {
    const auto control =
        *ng::decode_json(R"({"workers":[{"name":"12/external-v6","connected":true,"streams":20000,
        "kernel_streams":19900,"packets":123456789012,"kernel_packets":123456000000,"bytes":21234567890064,"errors":12345}]})");
    const auto view = ctl::status_view({}, control, {});
    const auto from = view.find("12/external-v6");
    REQUIRE(from != std::string::npos);
    const auto line = view.substr(from, view.find('\n', from) - from);
    CHECK(line.size() <= 100);
    CHECK(contains(line, "  19,900  123,456,789,012  123,456,000,000  "));
}

TEST_CASE("status without control, and of nothing") {
    CHECK(contains(ctl::status_view({}, {}, {}), "rtpengine -, process -"));
    const auto supervisor = *ng::decode_json(R"({"instances":[{"name":"a","listen_ng":[]}]})");
    CHECK(contains(ctl::status_view(supervisor, {}, {}), "a             -  -       -       -      -\n"));
}

TEST_CASE("calls") {
    CHECK(ctl::calls_view({}, {}) == "no calls\n");
    const auto reply =
        *ng::decode_json(R"({"calls":[{"call_id":"id1","instance":"a","created":1,"tags":["x","y"],
        "medias":2,"packets":1234,"kernel_packets":1200,"age":61,"path":"mixed"}]})");
    const auto view = ctl::calls_view(ctl::list(reply, "calls"), {});
    CHECK(contains(
        view, "id1      a         x, y  1:01      2       1,234      1,200            -  mixed\n1 call\n"));
}

TEST_CASE("one call: strangers' many sources don't widen its table") {
    const auto call = *ng::decode_json(R"({"parties":[{"medias":[{"streams":[{"ssrcs":[1,2,3,4,5]},{"ssrcs":[1,2,3]}]}]}]})");
    const auto view = ctl::call_view(call, {});
    CHECK(contains(view, "  00000001, 00000002, 00000003, 2 more  "));
    CHECK(contains(view, "  00000001, 00000002, 00000003  "));
}

TEST_CASE("one call: what was decided about its packets") {
    const auto call = *ng::decode_json(R"({"parties":[{"medias":[{"streams":[
        {"component":"RTP","local":"192.0.2.1:1000","learned":"another port","moved":2,"refused":{"forged":7,"new":1}},
        {"component":"RTCP","local":"192.0.2.1:1001","learned":"as signalled"},
        {"component":"RTP","local":"192.0.2.1:1002","refused":{"room":3},"withheld":1},
        {"component":"RTP","local":"192.0.2.1:1004","withheld":20}]}]}]})");
    const auto view = ctl::call_view(call, {});
    CHECK(contains(view, "\n  RTP 192.0.2.1:1000; destination moved 2 times: another port; refused 7: not authentic; refused 1: new\n"));
    CHECK(!contains(view, "\n  RTCP 192.0.2.1:1001;"));
    CHECK(contains(view, "\n  RTP 192.0.2.1:1002; refused 3: the kernel's, and no room to wait in until they come back; 1 check not sent: off limits, or too many\n"));
    CHECK(contains(view, "\n  RTP 192.0.2.1:1004; 20 checks not sent: off limits, or too many\n"));
}

TEST_CASE("one call") {
    const auto call =
        *ng::decode_json(R"({"call_id":"id1\u001b","instance":"a","parties":[{"tag":"t1","label":"caller",
        "medias":[{"index":1,"type":"audio","protocol":"RTP/AVP","codec":"PCMU/8000","streams":[{"component":"RTP",
        "local":"192.0.2.1:1000","remote":"198.51.100.1:2","flags":["filled"],"path":"kernel",
        "in":{"packets":10,"bytes":1720,"errors":0},"in_kernel":{"packets":8},"out":{"packets":9,"errors":2},"ssrcs":[3735928559]},
        {"component":"RTCP","path":"userspace","reason":"no packets yet","in":{"packets":0},"in_kernel":{"packets":0}}]}]},{"tag":""}]})");
    const auto view = ctl::call_view(call, {});
    CHECK(contains(view, "Call id1\\x1b, instance a"));
    CHECK(contains(view, "Party t1, label caller\n  Media 1: audio over RTP/AVP, PCMU/8000\n"));
    CHECK(contains(view, "RTP     192.0.2.1:1000  198.51.100.1:2  -          10 (8 kernel)  9 (2 err)     -  "
                         "kernel                     deadbeef  filled\n"));
    CHECK(contains(view, "userspace: no packets yet  -         -\n"));
    CHECK(contains(view, "Party -\n"));
}

TEST_CASE("a call in words: who is silent, why packets go where they go, what to look at") {
    const auto call = *ng::decode_json(R"({"call_id":"c","instance":"a","created":0,"created_from":"127.0.0.1:1","parties":[
        {"tag":"caller","medias":[{"index":1,"type":"audio","protocol":"RTP/AVP","codec":"PCMA/8000","states":[],"streams":[
            {"component":"RTP","local":"192.0.2.1:30000","remote":"203.0.113.5:5555","signalled":"10.0.0.5:4000","learned":"another address and port",
             "flags":["filled","confirmed"],"path":"userspace","reason":"packets arrive in userspace","in":{"packets":100},"in_kernel":{"packets":40},
             "out":{"packets":90},"lost":3,"last_packet_age":0,"moved":2}]}]},
        {"tag":"callee","label":"desk","medias":[{"index":1,"type":"audio","protocol":"RTP/SAVP","states":["waits for keys"],"streams":[
            {"component":"RTP","local":"192.0.2.1:30010","signalled":"198.51.100.7:6000","flags":[],"path":"userspace","reason":"no packets yet",
             "in":{"packets":0},"in_kernel":{"packets":0},"out":{"packets":0},"refused":{"forged":7}},
            {"component":"RTCP","local":"192.0.2.1:30011","remote":"198.51.100.7:6001","signalled":"198.51.100.7:6001","learned":"as signalled","flags":["checked"],
             "path":"kernel","in":{"packets":4},"in_kernel":{"packets":4},"out":{"packets":1},"last_packet_age":65}]}]}]})");
    const auto view = ctl::explain_view(call, {});
    CHECK(contains(view, "RTP at 192.0.2.1:30000: 100 packets came, 40 of them by the kernel, 3 were lost before; the last one just now.\n"));
    CHECK(contains(view, "90 packets went to 203.0.113.5:5555, where its packets come from; its SDP said 10.0.0.5:4000.\n"));
    CHECK(contains(view, "The destination has moved 2 times.\n"));
    CHECK(contains(view, "\ndesk\n  audio over RTP/SAVP: waits for keys\n"));
    CHECK(contains(view, "0 packets went: it isn't known where to.\n"));
    CHECK(contains(view, "7 packets refused: not authentic.\n"));
    CHECK(contains(view, "4 packets came, all by the kernel; silent for 1:05.\n      1 packet went to 198.51.100.7:6001, where connectivity checks (ICE) have led.\n"
                         "      forwarded in the kernel.\n"));
    CHECK(contains(view, "  - desk (audio) has agreed on no keys yet: no media goes either way.\n"));
    CHECK(contains(view, "  - Most packets to 192.0.2.1:30010 were refused. They aren't under the keys"));
    CHECK(contains(view, "  - desk (audio) has sent nothing. Nor is it sent any: look whether it sends at all, whether a firewall lets UDP through to 192.0.2.1:30010,"));
    CHECK(contains(view, "  - There is a rule in the kernel, and packets pass it by"));
    CHECK_FALSE(contains(view, "caller (audio) is silent"));
}

TEST_CASE("a call in words in which all is well, and an answer that says nothing") {
    const auto call = *ng::decode_json(R"({"call_id":"c","parties":[{"tag":"t","medias":[{"type":"audio","streams":[
        {"component":"RTP","local":"192.0.2.1:1","remote":"192.0.2.9:2","signalled":"192.0.2.9:2","learned":"as signalled","path":"kernel",
         "in":{"packets":1},"in_kernel":{"packets":1},"out":{"packets":1},"last_packet_age":1}]}]}]})");
    CHECK(contains(ctl::explain_view(call, {}), "1 packet went to 192.0.2.9:2, as its SDP says.\n      forwarded in the kernel.\n\nNothing catches the eye.\n"));
    CHECK(contains(ctl::explain_view({}, {}), "Call -, instance -, created - by a request from -\n\nNothing catches the eye.\n"));
}
