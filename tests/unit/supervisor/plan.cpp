// SPDX-License-Identifier: Apache-2.0
#include "supervisor/plan.h"

#include <doctest/doctest.h>

#include "supervisor/status.h"
#include "supervisor/tally.h"

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

void add(link::LogicalInterface& interface, const char* address, std::uint32_t min, std::uint32_t max) {
    auto& local = *interface.add_addresses();
    local.set_address(std::string(Address::parse(address)->raw()));
    local.set_port_min(min);
    local.set_port_max(max);
}

options::InstanceSettings an_instance() {
    options::InstanceSettings s;
    s.config.set_name("rtpengine");
    s.config.set_table(7);
    auto& pub = *s.config.add_interfaces();
    pub.set_name("pub");
    add(pub, "192.0.2.1", 30000, 30009);
    add(pub, "2001:db8::1", 40000, 40000);
    add(pub, "192.0.2.1", 50000, 50001);
    auto& priv = *s.config.add_interfaces();
    priv.set_name("priv:1");
    add(priv, "198.51.100.1", 1, 65535);
    auto& listener = *s.config.add_listeners();
    listener.mutable_local()->set_address(std::string(Address::parse("::1")->raw()));
    listener.mutable_local()->set_port(2223);
    listener.set_fd(9);
    s.max_recv_iters = 50;
    return s;
}

options::InstanceSettings numbered(std::uint32_t shards = 1) {
    Indexes indexes;
    auto s = an_instance();
    number_workers(s.config, shards, indexes);
    return s;
}

} // namespace

TEST_CASE("one worker for each logical interface, known by index") {
    const auto infos = worker_infos(numbered().config);
    REQUIRE(infos.size() == 2);
    CHECK(infos[0].name() == "7/pub");
    CHECK(infos[0].slots() == 10 + 1 + 2);
    CHECK(infos[1].name() == "7/priv:1");
    CHECK(infos[1].index() == 1);
    CHECK(infos[1].slots() == 65535);
}

TEST_CASE("several workers share the ports of each interface where that is asked for") {
    const auto instance = numbered(3);
    const auto plan = make_plan(instance, "/run/x");
    REQUIRE(plan.workers.size() == 6);
    CHECK(instance.config.interfaces(1).worker() == 3);
    CHECK(instance.config.interfaces(1).shards() == 3);
    CHECK(plan.workers[2].name() == "7/pub/2");
    CHECK(plan.workers[4].name() == "7/priv:1/1");
    CHECK(plan.workers[4].index() == 4);
    const auto infos = worker_infos(instance.config);
    CHECK(infos[4].index() == 4);
    CHECK(infos[4].slots() == 65535);
}

TEST_CASE("without a table an instance goes by its name, but for the one that has none") {
    auto instance = numbered();
    instance.config.set_table(-1);
    CHECK(worker_name(instance.config, instance.config.interfaces(0), 0) == "-1/pub");
    instance.config.set_name("edge");
    CHECK(worker_name(instance.config, instance.config.interfaces(0), 0) == "edge/pub");
}

TEST_CASE("each worker is told its own") {
    const auto plan = make_plan(numbered(), "/run/x");
    REQUIRE(plan.workers.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& worker = plan.workers[i];
        CHECK(worker.index() == i);
        CHECK(worker.table() == 7);
        CHECK(worker.max_recv_iters() == 50);
        CHECK(worker.runtime_dir() == "/run/x");
    }
    CHECK(plan.workers[0].addresses_size() == 2); // the one listed twice is one
}

TEST_CASE("places of workers: kept while they are needed, then used again") {
    Indexes indexes;
    CHECK(indexes.take(2) == 0);
    CHECK(indexes.take(1) == 2);
    CHECK(indexes.take(3) == 3);
    indexes.give_back(0, 2);
    CHECK(indexes.take(3) == 6); // three in a row are not free before
    CHECK(indexes.take(1) == 0);
    CHECK(indexes.take(1) == 1);
    indexes.give_back(6, 3);
    indexes.give_back(5, 1);
    CHECK(indexes.take(5) == 5);
}

TEST_CASE("a number is given to an interface once") {
    Indexes indexes;
    auto instance = an_instance();
    number_workers(instance.config, 1, indexes);
    instance.config.add_interfaces()->set_name("new");
    number_workers(instance.config, 1, indexes);
    CHECK(instance.config.interfaces(0).worker() == 0);
    CHECK(instance.config.interfaces(1).worker() == 1);
    CHECK(instance.config.interfaces(2).worker() == 2);
}

TEST_CASE("a stream that workers die at again and again is poisonous, others are not") {
    DeathTally tally;
    CHECK_FALSE(tally.add(1, 0, 0)); // idle: nobody's fault
    CHECK_FALSE(tally.add(1, 77, 0));
    CHECK_FALSE(tally.add(1, 78, 1));
    CHECK_FALSE(tally.add(1, 77, 2));
    CHECK(tally.poisoned(3).empty());
    CHECK(tally.add(1, 77, 3));
    REQUIRE(tally.poisoned(4).size() == 1);
    CHECK(tally.poisoned(4)[0].stream() == 77);
    CHECK(tally.poisoned(4)[0].deaths() == 3);
    CHECK_FALSE(tally.add(1, 77, 5)); // said once
    CHECK(tally.poisoned(6 + DeathTally::remembered_ms).empty());
    CHECK_FALSE(tally.add(1, 77, 7 + DeathTally::remembered_ms)); // begins anew
}

TEST_CASE("status is JSON, whatever a child says about itself") {
    link::ControlConfig config;
    config.set_runtime_dir("/run/x");
    *config.add_instances() = numbered().config;
    for (const auto& info : worker_infos(numbered().config))
        *config.add_workers() = info;
    link::Turns turns; // of a loop that turned three times
    turns.set_longest_us(5);
    turns.set_longest_cpu_us(3);
    for (const unsigned count : {0u, 0u, 1u, 2u}) turns.add_elapsed(count);
    for (const unsigned count : {0u, 0u, 3u}) turns.add_cpu(count);
    const SupervisorStatus status{"1.2", 42, 7, 3, {{"control", "control", "up", "\xff\"\n", 43, 2, 5, "", 9, turns}},
                                  {{7, "open", ""}}, {"why not"}, {{"rtpengine", 12}}, {"192.0.2.1"}};
    const auto json = status_json(status, config);
    CHECK(json.starts_with(
        R"({"version":"1.2","pid":42,"uptime":7,"executions":3,"runtime_dir":"/run/x","instances":[{"name":"rtpengine",)"
        R"("table":7,"calls":12,"draining":false,"kernel":{"table":7,"state":"open","detail":""},)"
        R"("unguarded_ports":"why not","listen_ng":["[::1]:2223"],)"
        R"("interfaces":[{"name":"pub","worker":"7/pub","draining":false,"addresses":[)"
        R"({"address":"192.0.2.1","advertised":"192.0.2.1","port_min":30000,"port_max":30009,"present":false},)"));
    CHECK(json.ends_with(
        R"("children":[{"name":"control","kind":"control","pid":43,"state":"up","restarts":2,"uptime":5,)"
        "\"instance\":\"\",\"cpu_ms\":9,\"detail\":\"\xef\xbf\xbd\\\"\\n\","
        R"("turns":{"longest_us":5,"longest_cpu_us":3,"elapsed":[0,0,1,2],"cpu":[0,0,3]}}],)"
        R"("turns":{"longest_us":0,"longest_cpu_us":0,"elapsed":[],"cpu":[]}})"));
}

TEST_CASE("status has what goes on, its step, for whom, and since when") {
    SupervisorStatus status;
    CHECK(status_json(status, {}).find(R"("operations":[],)") != std::string::npos);
    status.operations = {{"reload", "standing by", "7/pub", 1700000000, 1700000005}, {"drain", "waiting", "", 1700000006, 1700000006}};
    CHECK(status_json(status, {}).find(R"("operations":[{"name":"reload","step":"standing by","of":"7/pub","since":1700000000,)"
                                       R"("step_since":1700000005},{"name":"drain","step":"waiting","of":"","since":1700000006,)"
                                       R"("step_since":1700000006}],)") != std::string::npos);
}

TEST_CASE("a worker's place is nobody else's as long as there is anything of it") {
    Indexes indexes;
    REQUIRE(indexes.take(2) == 0);
    auto first = std::make_unique<IndexLease>(indexes, 0);
    {
        IndexLease second(indexes, 1);
        const IndexLease moved(std::move(second)); // as workers go from their instance to those that are told to end
        CHECK(indexes.take(1) == 2);
    }
    CHECK(indexes.take(1) == 1);
    CHECK(indexes.take(1) == 3);
    first.reset();
    CHECK(indexes.take(1) == 0);
}
