// SPDX-License-Identifier: Apache-2.0
#include "control/stats/reply.h"

#include <doctest/doctest.h>

#include "tests/unit/ng/written.h"

using namespace rtpengine;
using namespace rtpengine::stats;

namespace {

std::string keys(const ng::Dict& dict) {
    std::string out;
    for (const auto& [key, value] : dict)
        out += key + " ";
    return out;
}

const ng::Dict& part(const ng::Dict& dict, const char* name) {
    return *dict.find(name)->dict();
}
std::int64_t number(const ng::Dict& dict, const char* name) {
    return *dict.find(name)->number();
}
std::string text(const ng::Dict& dict, const char* name) {
    return *dict.find(name)->text();
}

} // namespace

TEST_CASE("all keys, in the specified order") {
    const auto dict = ng::written([&](ng::Writer& to) { write_statistics({}, {}, to); });
    CHECK(keys(dict) ==
          "currentstatistics totalstatistics mos voip_metrics controlstatistics interfaces transcoders "
          "poller_threads bufferpools ");
    CHECK(
        keys(part(dict, "currentstatistics")) ==
        "sessionsown sessionsforeign sessionstotal transcodedmedia mediacache playercache packetrate_user "
        "byterate_user errorrate_user packetrate_kernel byterate_kernel errorrate_kernel packetrate byterate "
        "errorrate media_userspace media_kernel media_mixed ");
    CHECK(
        keys(part(dict, "totalstatistics")) ==
        "uptime managedsessions rejectedsessions timeoutsessions silenttimeoutsessions finaltimeoutsessions "
        "offertimeoutsessions regularterminatedsessions forcedterminatedsessions relayedpackets_user "
        "relayedpacketerrors_user relayedbytes_user relayedpackets_kernel relayedpacketerrors_kernel "
        "relayedbytes_kernel relayedpackets relayedpacketerrors relayedbytes zerowaystreams onewaystreams "
        "avgcallduration totalcallsduration totalcallsduration2 totalcallsduration_stddev ");
    CHECK(keys(part(dict, "mos")) == "mos_total mos2_total mos_samples_total mos_average mos_stddev ");
    CHECK(part(dict, "voip_metrics").size() == 30);
    CHECK(part(dict, "controlstatistics").size() == 1 + ng::command_count);
}

TEST_CASE("fractions and the uptime are strings") {
    Input input;
    input.uptime = 12.9;
    input.total.managed_sessions = 2;
    input.total.call_duration = 3;
    input.total.call_duration_squared = 5;
    input.current.user_rate = {1, 2, 3};
    input.current.kernel_rate = {10, 20, 30};
    input.interfaces.push_back({});
    input.interfaces[0].ports_used = 1;
    input.interfaces[0].ports_total = 3;
    const auto dict = ng::written([&](ng::Writer& to) { write_statistics(input, {}, to); });
    const auto& totals = part(dict, "totalstatistics");
    CHECK(text(totals, "uptime") == "12");
    CHECK(text(totals, "avgcallduration") == "1.500000");
    CHECK(text(totals, "totalcallsduration_stddev") == "0.500000");
    CHECK(number(part(dict, "currentstatistics"), "packetrate") == 11);
    const auto& ports = part(*dict.find("interfaces")->list()->at(0).dict(), "ports");
    CHECK(text(ports, "used_pct") == "33.33");
    CHECK(number(ports, "free") == 2);
}

TEST_CASE("requests by client and in total") {
    ControlStatistics control;
    const auto offer = ng::index_of(*ng::find_command("offer"));
    control.count(*Address::parse("192.0.2.5"), offer, std::chrono::milliseconds(2), false);
    control.count(*Address::parse("192.0.2.5"), offer, std::chrono::milliseconds(3), true);
    control.count(*Address::parse("2001:db8::1"), offer, std::chrono::milliseconds(1), false);
    const auto dict = ng::written([&](ng::Writer& to) { write_statistics({}, control, to); });
    const auto& part_control = part(dict, "controlstatistics");
    CHECK(number(part_control, "totaloffercount") == 3);
    const auto& proxies = *part_control.find("proxies")->list();
    REQUIRE(proxies.size() == 2);
    const auto& proxy = *proxies[1].dict(); // ordered by their bytes
    CHECK(text(proxy, "proxy") == "192.0.2.5");
    CHECK(number(proxy, "offercount") == 2);
    CHECK(text(proxy, "offerduration") == "0.005000");
    CHECK(number(proxy, "errorcount") == 1);
    CHECK(number(proxy, "pingcount") == 0);
}

TEST_CASE("made-up addresses don't fill the memory") {
    ControlStatistics control;
    for (unsigned i = 0; i < 5000; ++i) {
        Address address = Address::unspecified(Family::ipv4);
        address.bytes[0] = static_cast<std::uint8_t>(i >> 8);
        address.bytes[1] = static_cast<std::uint8_t>(i);
        control.count_error(address);
    }
    CHECK(control.proxies().size() == 1024);
    CHECK(control.totals().errors == 5000);
}
