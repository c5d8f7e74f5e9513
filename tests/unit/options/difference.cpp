// SPDX-License-Identifier: Apache-2.0
#include "common/options/difference.h"

#include <doctest/doctest.h>

#include "fake_host.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

using Words = std::vector<std::string>;

Settings with(Words more = {}) {
    more.insert(more.end(), {"--interface=pub/192.0.2.1", "--listen-ng=127.0.0.1:2223"});
    auto values = parse_command_line(more);
    REQUIRE(values);
    auto settings = make_settings(*values, nullptr, FakeHost{}, "1.2.3");
    REQUIRE(settings);
    return *std::move(settings);
}

InstanceChange one(const Settings& before, const Settings& after) {
    const auto result = difference(before, after);
    REQUIRE(result.instances.size() == 1);
    return result.instances[0];
}

struct Row {
    Words before, after;
    bool live, workers;
    std::string what;
    bool edge = false;
};

} // namespace

TEST_CASE("nothing changed") {
    CHECK(one(with({"--timeout=30"}), with({"--timeout=30"})).kind == InstanceChange::Kind::unchanged);
    CHECK(difference(with(), with()).process.empty());
}

TEST_CASE("what can be applied while calls go on, and what not") {
    const std::vector<Row> rows = {
        {{"--timeout=60"}, {"--timeout=30"}, true, false, "timeout 60 -> 30"},
        {{}, {"--tos=184"}, true, false, "tos 0 -> 184"},
        {{}, {"--max-sessions=10"}, true, false, "max-sessions -1 -> 10"},
        {{}, {"--sip-source"}, true, false, "sip-source false -> true"},
        {{}, {"--endpoint-learning=off"}, true, false, "learning HEURISTIC -> OFF"},
        {{}, {"--listen-ng=127.0.0.1:2224"}, true, false, "listen-ng 127.0.0.1:2224 added"},
        {{}, {"--listen-tcp-ng=127.0.0.1:2224"}, true, false, "listen-tcp-ng 127.0.0.1:2224 added", true},
        {{"--listen-tcp-ng=[::1]:2224"}, {}, true, false, "listen-tcp-ng [::1]:2224 removed", true},
        {{}, {"--max-connections=7"}, true, false, "bounds of connections", true},
        {{"--listen-ng=127.0.0.1:2224"}, {}, true, false, "listen-ng 127.0.0.1:2224 removed"},
        {{}, {"--interface=priv/192.0.2.2"}, true, true, "interface priv added"},
        {{"--interface=priv/192.0.2.2"}, {}, true, false, "interface priv removed"},
        {{}, {"--interface=alias=pub"}, true, false, "aliases"},
        {{}, {"--max-recv-iters=9"}, true, true, "max-recv-iters 50 -> 9"},
        {{}, {"--table=1"}, false, false, "table -1 -> 1"},
        {{}, {"--offload=none"}, false, false, "offload auto -> none"},
        {{}, {"--no-fallback"}, false, false, "no-fallback false -> true"},
        {{"--table=1"}, {"--table=1", "--nftables-chain=x"}, false, false, "netfilter rules"},
        {{}, {"--media-sockets=bound"}, false, false, "media-sockets auto -> bound"},
        {{}, {"--workers-per-interface=2"}, false, false, "workers-per-interface 1 -> 2"},
        {{}, {"--port-min=35000"}, false, false, "addresses or ports of interface pub"},
        {{}, {"--interface=pub/192.0.2.9"}, false, false, "addresses or ports of interface pub"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        const auto change = one(with(row.before), with(row.after));
        CHECK(change.kind == InstanceChange::Kind::changed);
        CHECK(change.what == std::vector{row.what});
        CHECK(change.live == row.live);
        CHECK(change.workers == row.workers);
        CHECK(change.edge == row.edge);
    }
}

TEST_CASE("every word of an option of words is told as it is written") {
    const auto change = one(with({"--table=1", "--offload=kmod", "--media-sockets=steered"}),
                            with({"--table=1", "--offload=bpf", "--media-sockets=auto"}));
    CHECK(change.what == std::vector<std::string>{"offload kmod -> bpf", "media-sockets steered -> auto"});
}

TEST_CASE("interfaces by name, those that stay left out") {
    const auto change = one(with({"--interface=a/192.0.2.2", "--interface=b/192.0.2.3"}),
                            with({"--interface=b/192.0.2.3", "--interface=c/192.0.2.4"}));
    CHECK(change.what == std::vector<std::string>{"interface c added", "interface a removed"});
    CHECK(change.live);
}

TEST_CASE("instances come and go") {
    auto before = with(), after = with();
    after.instances[0].config.set_name("new");
    after.instances.push_back(before.instances[0]);
    after.instances[1].config.set_tos(8);
    before.instances.push_back(before.instances[0]);
    before.instances[1].config.set_name("old");
    const auto changes = difference(before, after).instances;
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].name == "new");
    CHECK(changes[0].kind == InstanceChange::Kind::added);
    CHECK(changes[1].kind == InstanceChange::Kind::changed);
    CHECK(changes[2].name == "old");
    CHECK(changes[2].kind == InstanceChange::Kind::removed);
}

TEST_CASE("of the process only the log's levels change while it runs") {
    const auto levels = difference(with(), with({"--log-level=7"})).process;
    REQUIRE(levels.size() == 1);
    CHECK(levels[0].live);
    const auto others = difference(with(), with({"--log-name=x"})).process;
    REQUIRE(others.size() == 1);
    CHECK_FALSE(others[0].live);
    const auto pidfile = difference(with(), with({"--pidfile=/x"})).process;
    REQUIRE(pidfile.size() == 1);
    CHECK_FALSE(pidfile[0].live);
    CHECK(pidfile[0].what == "pidfile  -> /x");
    const auto foreground = difference(with(), with({"--foreground"})).process;
    REQUIRE(foreground.size() == 1);
    CHECK_FALSE(foreground[0].live);
    CHECK(foreground[0].what == "foreground false -> true");
}
