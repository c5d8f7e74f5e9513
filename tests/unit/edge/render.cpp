// SPDX-License-Identifier: Apache-2.0
#include "edge/cli/render.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/ng/json.h"
#include "edge/metrics/render.h"

using namespace rtpengine;
using namespace rtpengine::edge;

namespace {

ng::Dict snapshot(const char* json) {
    auto read = ng::decode_json(json);
    REQUIRE(read);
    return *std::move(read);
}

bool has(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

} // namespace

TEST_CASE("a line of a call is laid out as scripts read it") {
    CHECK(cli::session_line(snapshot(R"({"call_id":"77a4@sbc.example","created":1700000000,"created_from":"192.0.2.5:5062","deleting":true})")) ==
          "ID: " + std::string(44, ' ') + "77a4@sbc.example | del:y | creat:  1700000000 | prx:192.0.2.5:5062 | redis:-1 | frgn:n | rec:n\n");
}

TEST_CASE("a call in detail") {
    const auto text = cli::session_detail("id", snapshot(R"({"created":1,"now":66,"tos":184,"last signal":2,"created_from":"192.0.2.5:5062","tags":{
        "a":{"tag":"a","label":"caller","created":1,"subscriptions":[{"tag":"b","type":"offer/answer"}],"subscribers":[],"medias":[
          {"index":1,"type":"audio","protocol":"RTP/AVP","codec":"PCMU/8000","streams":[
            {"local address":"198.51.100.20","local port":30018,"endpoint":{"address":"192.0.2.9","port":41000},"SSRC":439041101,
             "stats":{"packets":3277,"bytes":563644,"errors":0},"last user packet":1700000065,"last kernel packet":0,"flags":["RTP"]},
            {"local address":"198.51.100.20","local port":30019,"endpoint":{},"stats":{},"flags":["RTCP"]}]}]},
        "b":{"tag":"b","created":1,"medias":[{"index":1,"type":"audio","streams":[]}]}}})"));
    CHECK(has(text, "callid: id\ndeletionmark: no\ncreated: 1\nproxy: 192.0.2.5:5062\ntos: 184\nlast_signal: 2\n"));
    CHECK(has(text, "--- Tag 'a', type: FROM_TAG, label 'caller', branch '', callduration 65\n"
                    "---     subscribed to media with monologue tag 'b'\n"
                    "------ Media #1 (audio over RTP/AVP) using PCMU/8000\n"
                    "-------- Port   198.51.100.20:30018 <>       192.0.2.9:41000, SSRC 1a2b3c4d, 3277 p, 563644 b, 0 e, 1700000065 uts 0 kts\n"));
    CHECK(has(text, " (RTCP), SSRC 0, 0 p"));
    CHECK(has(text, "--- Tag 'b', type: TO_TAG"));
    CHECK(has(text, "(audio over (unknown)) using unknown codec"));
}

TEST_CASE("statistics in words") {
    const auto all = snapshot(R"({"currentstatistics":{"sessionsown":12,"packetrate_user":4800},"totalstatistics":{"uptime":"77"},
        "controlstatistics":{"proxies":[{"proxy":"192.0.2.5","pingcount":4}]},
        "interfaces":[{"name":"pub","address":"198.51.100.20","ports":{"min":30000,"max":39999,"used":48,"totals":10000,"used_pct":"0.48"},
        "ingress":{"packets":7002},"voip_metrics":{"mos_average":"4.31"}}]})");
    const auto totals = cli::totals(all);
    CHECK(has(totals, " Owned sessions                                  :12\n"));
    CHECK(has(totals, " Uptime of rtpengine                             :77 seconds\n"));
    CHECK(has(totals, "            192.0.2.5 |          4 "));
    CHECK(has(cli::counters(all), "\nCurrent per-second counters:\n\n Packets per second (userspace)                  :4800\n"));
    CHECK(!has(cli::counters(all), "Owned"));
    const auto interfaces = cli::interfaces(all);
    CHECK(has(interfaces, "Interface 'pub' address '198.51.100.20' (IPv4)\n Port range: 30000 - 39999\n Ports used:    48 / 10000 (  0.5%)\n"));
    CHECK(has(interfaces, " MOS:    avg 4.3, packet loss avg   0%\n"));
}

TEST_CASE("metrics: every name, and none twice") {
    const auto text = metrics::render(snapshot(R"({"currentstatistics":{"sessionsown":12},"controlstatistics":{"proxies":[{"proxy":"192.0.2.5","offercount":310}]},
        "interfaces":[{"name":"pub","address":"198.51.100.20","ports":{"used":48}}]})"),
                                      snapshot(R"({"workers":[{"name":"0/pub","packets":10,"kernel_packets":7}]})"), 3);
    CHECK(has(text, "# HELP rtpengine_sessions Owned sessions\n# TYPE rtpengine_sessions gauge\nrtpengine_sessions{type=\"own\"} 12\n"));
    CHECK(has(text, "rtpengine_ports_used{name=\"pub\",address=\"198.51.100.20\"} 48\n"));
    CHECK(has(text, "rtpengine_requests_total{proxy=\"192.0.2.5\",request=\"offer\"} 310\n"));
    CHECK(has(text, "rtpengine_worker_packets_total{worker=\"0/pub\",path=\"userspace\"} 3\n"));
    CHECK(has(text, "rtpengine_edge_connections 3\n"));
    std::vector<std::string> families;
    for (std::size_t at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1))
        families.push_back(text.substr(at + 7, text.find(' ', at + 7) - at - 7));
    auto once = families;
    std::sort(once.begin(), once.end());
    CHECK(std::unique(once.begin(), once.end()) == once.end());
    CHECK(families.size() == once.size());
}
