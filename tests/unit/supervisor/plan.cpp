// SPDX-License-Identifier: Apache-2.0
#include "supervisor/plan.h"

#include <doctest/doctest.h>

#include "supervisor/status.h"

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

void add(link::LogicalInterface& interface, const char* address, std::uint32_t min, std::uint32_t max) {
    auto& local = *interface.add_addresses();
    local.set_address(std::string(Address::parse(address)->raw()));
    local.set_port_min(min);
    local.set_port_max(max);
}

options::Settings settings() {
    options::Settings s;
    s.instances.emplace_back();
    s.instances[0].config.set_name("rtpengine");
    s.instances[0].config.set_table(7);
    auto& pub = *s.instances[0].config.add_interfaces();
    pub.set_name("pub");
    add(pub, "192.0.2.1", 30000, 30009);
    add(pub, "2001:db8::1", 40000, 40000);
    add(pub, "192.0.2.1", 50000, 50001);
    auto& priv = *s.instances[0].config.add_interfaces();
    priv.set_name("priv:1");
    add(priv, "198.51.100.1", 1, 65535);
    auto& listener = *s.instances[0].config.add_listeners();
    listener.mutable_local()->set_address(std::string(Address::parse("::1")->raw()));
    listener.mutable_local()->set_port(2223);
    listener.set_fd(9);
    s.user = "nobody";
    s.instances[0].max_recv_iters = 50;
    s.log.set_ident("me");
    return s;
}

} // namespace

TEST_CASE("one worker for each logical interface, known to all by index") {
    const auto plan = make_plan(settings(), "/run/x", 42);
    const auto& control = plan.control;
    REQUIRE(control.workers_size() == 2);
    CHECK(control.workers(0).name() == "7/pub");
    CHECK(control.workers(0).state_path() == "/run/x/state-0");
    CHECK(control.workers(0).slots() == 10 + 1 + 2);
    CHECK(control.workers(1).name() == "7/priv:1");
    CHECK(control.workers(1).slots() == 65535);
    CHECK(control.instances(0).interfaces(0).worker() == 0);
    CHECK(control.instances(0).interfaces(1).worker() == 1);
    CHECK(control.instances(0).listeners(0).fd() == 9);
    CHECK(control.runtime_dir() == "/run/x");
    CHECK(control.privileges().user() == "nobody");
    CHECK(control.privileges().supervisor_pid() == 42);
}

TEST_CASE("several workers share the ports of each interface where that is asked for") {
    auto wanted = settings();
    wanted.instances[0].workers_per_interface = 3;
    const auto plan = make_plan(wanted, "/run/x", 42);
    REQUIRE(plan.workers.size() == 6);
    CHECK(plan.control.instances(0).interfaces(1).worker() == 3);
    CHECK(plan.control.instances(0).interfaces(1).shards() == 3);
    CHECK(plan.workers[2].name() == "7/pub/2");
    CHECK(plan.workers[4].name() == "7/priv:1/1");
    CHECK(plan.workers[4].index() == 4);
    CHECK(plan.control.workers(4).state_path() == "/run/x/state-4");
    CHECK(plan.control.workers(4).slots() == 65535);
}

TEST_CASE("each worker is told its own, and about the others") {
    const auto plan = make_plan(settings(), "/run/x", 42);
    REQUIRE(plan.workers.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& worker = plan.workers[i];
        CHECK(worker.index() == i);
        CHECK(worker.name() == plan.control.workers(static_cast<int>(i)).name());
        CHECK(worker.workers_size() == 2);
        CHECK(worker.table() == 7);
        CHECK(worker.max_recv_iters() == 50);
        CHECK(worker.log().ident() == "me");
        CHECK(worker.privileges().supervisor_pid() == 42);
        CHECK(worker.runtime_dir() == "/run/x");
    }
    CHECK(plan.workers[0].addresses_size() == 2); // the one listed twice is one
}

TEST_CASE("a worker inherits what leads to its kernel table, if there is one") {
    auto worker = make_plan(settings(), "/run/x", 42).workers[0];
    CHECK(inherited(worker).empty());
    worker.set_table_control_fd(0); // as good as any
    worker.set_table_list_fd(9);
    CHECK(inherited(worker) == std::vector<int>{0, 9});
}

TEST_CASE("a worker inherits the maps of the forwarding program, if it is loaded") {
    auto worker = make_plan(settings(), "/run/x", 42).workers[0];
    auto& bpf = *worker.mutable_bpf_forwarding();
    bpf.set_ports_fd(5);
    bpf.set_streams_fd(6);
    bpf.set_copies_fd(7);
    bpf.set_seal_fd(8);
    CHECK(inherited(worker) == std::vector<int>{5, 6, 7, 8});
}

TEST_CASE("status is JSON, whatever a child says about itself") {
    const auto plan = make_plan(settings(), "/run/x", 42);
    const SupervisorStatus status{
        "1.2", 42, 7, {{"control", "control", "up", "\xff\"\n", 43, 2, 5}}, {{7, "open", ""}}};
    const auto json = status_json(status, plan.control);
    CHECK(json.starts_with(
        R"({"version":"1.2","pid":42,"uptime":7,"runtime_dir":"/run/x","instances":[{"name":"rtpengine",)"
        R"("table":7,"kernel":{"table":7,"state":"open","detail":""},"listen_ng":["[::1]:2223"],"interfaces":[{"name":"pub","worker":"7/pub","addresses":[)"
        R"({"address":"192.0.2.1","advertised":"192.0.2.1","port_min":30000,"port_max":30009},)"));
    CHECK(json.ends_with(
        R"("children":[{"name":"control","kind":"control","pid":43,"state":"up","restarts":2,"uptime":5,)"
        "\"detail\":\"\xef\xbf\xbd\\\"\\n\"}]}"));
}
