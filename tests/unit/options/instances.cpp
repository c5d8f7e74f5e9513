// SPDX-License-Identifier: Apache-2.0
// Several instances in one file: which option comes from where, and what they may not share.
#include "common/options/load.h"

#include <fstream>

#include <doctest/doctest.h>

#include "common/options/conflicts.h"
#include "common/options/description.h"
#include "fake_host.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

using Words = std::vector<std::string>;

Result<Settings> make(const std::string& text, const Words& words = {}) {
    auto values = parse_command_line(words);
    REQUIRE(values);
    const auto file = parse_key_file(text);
    REQUIRE(file);
    if (const auto* main = file->find("rtpengine")) REQUIRE(values->add_section(*main));
    return make_settings(*values, &*file, FakeHost{}, "1");
}

std::string instances_error(const std::string& text, const Words& words = {}) {
    const auto made = make(text, words);
    return made ? "" : made.error().message;
}

const std::string two = R"(
[rtpengine]
tos = 8
timeout = 40
[instance-a]
interface = 192.0.2.1
listen-ng = 127.0.0.1:2223
table = 0
[instance-b]
interface = 192.0.2.2
listen-ng = 127.0.0.1:2224
table = 1
tos = 16
)";

struct Refusal {
    std::string a, b, shared;
};

} // namespace

TEST_CASE("an instance has its own options, then those of the main section; the command line comes first") {
    const auto settings = make(two, {"--timeout=50"});
    REQUIRE(settings);
    REQUIRE(settings->instances.size() == 2);
    const auto& a = settings->instances[0].config;
    const auto& b = settings->instances[1].config;
    CHECK(a.name() == "a");
    CHECK(a.table() == 0);
    CHECK(a.tos() == 8);
    CHECK(b.name() == "b");
    CHECK(b.table() == 1);
    CHECK(b.tos() == 16);
    CHECK(a.timeout() == 50);
    CHECK(b.timeout() == 50);
    CHECK(b.interfaces_size() == 1);
}

TEST_CASE("the prefix of their sections is an option") {
    const auto settings = make("[rtpengine]\ninstances-config = proxy\n[proxy-x.1]\ninterface = 192.0.2.1\nlisten-ng = 9\n"
                               "[instance-not]\ninterface = nonsense\n");
    REQUIRE(settings);
    REQUIRE(settings->instances.size() == 1);
    CHECK(settings->instances[0].config.name() == "x.1");
}

TEST_CASE("errors say which section they are about") {
    CHECK(instances_error("[rtpengine]\n[instance-a]\ninterface = 192.0.2.1\n").starts_with("[instance-a]: "));
    CHECK(instances_error("[rtpengine]\n[instance-a b]\n") ==
          "[instance-a b]: the name of an instance has letters, digits, '.', '_' and '-' only");
    CHECK(instances_error("[rtpengine]\n[instance-a]\npidfile = /x\n") ==
          "option pidfile concerns all instances: it belongs to [rtpengine], not to [instance-a]");
    CHECK(instances_error("[rtpengine]\n[instance-a]\nlog-level = 7\n").find("log-level concerns all") != std::string::npos);
    CHECK(instances_error("[rtpengine]\n[instance-a]\ntos = x\n").find("section [instance-a]") != std::string::npos);
}

TEST_CASE("a key that is no option is ignored, as in the main section") {
    CHECK(instances_error(two + "no-such-key = 1\n") == "");
    CHECK(instances_error("[rtpengine]\nno-such-key = 1\n" + two.substr(two.find("tos"))) == "");
}

TEST_CASE("a warning is given once, whoever it is about") {
    const auto settings = make("[rtpengine]\nnum-threads = 3\n" + two);
    REQUIRE(settings);
    CHECK(settings->warnings.size() == 1);
}

TEST_CASE("what two instances may not share") {
    const std::vector<Refusal> rows = {
        {"table = 3", "table = 3", "kernel table 3"},
        {"listen-ng = 127.0.0.1:5", "listen-ng = 127.0.0.1:5", "the NG socket (listen-ng) 127.0.0.1:5"},
        {"listen-ng = 5", "listen-ng = 127.0.0.1:5", "the NG socket (listen-ng) 0.0.0.0:5"},
        {"interface = 192.0.2.9", "interface = 192.0.2.9", "ports 30000-39999 of 192.0.2.9"},
        {"interface = 192.0.2.9\nport-max = 35000", "interface = 192.0.2.9\nport-min = 35000", "ports 35000-35000 of 192.0.2.9"},
        {"table = 1\nnftables-chain = c", "table = 2\nnftables-chain = c", "netfilter chain c"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.shared);
        const auto section = [](const std::string& name, const std::string& address, const std::string& port, const std::string& own) {
            return "[instance-" + name + "]\ninterface = " + address + "\nlisten-ng = 127.0.0.1:" + port + "\n" + own + "\n";
        };
        CHECK(instances_error("[rtpengine]\n" + section("a", "192.0.2.1", "2223", row.a) + section("b", "192.0.2.2", "2224", row.b)) ==
              "instances a and b both have " + row.shared + ": give each its own");
    }
}

TEST_CASE("nor may they share their name") {
    CHECK(instances_error(two + "[instance-a]\ntable = 2\n") ==
          "[instance-a] is there twice: two instances would both have the name a: give each its own");
    CHECK(instances_error(two + "[rtpengine]\ntos = 4\n") == "");
}

TEST_CASE("what they may share") {
    CHECK(instances_error("[rtpengine]\nport-max=30999\n[instance-a]\ninterface = 192.0.2.1\nlisten-ng = 127.0.0.1:1\n"
                   "[instance-b]\ninterface = 192.0.2.1\nport-min = 31000\nport-max = 31999\nlisten-ng = 127.0.0.2:1\n") == "");
}

TEST_CASE("the example of two instances") {
    const auto result = load({"--config-file=" INSTANCES_FILE}, FakeHost{}, "1");
    REQUIRE(std::holds_alternative<Loaded>(result));
    const auto& settings = std::get<Loaded>(result).settings;
    REQUIRE(settings);
    CHECK(describe(*settings) == "instance core: table 0, NG on 127.0.0.1:2223\n"
                                 "  interface default: 10.64.73.31, ports 30000-39999\n"
                                 "instance edge: table 1, NG on 127.0.0.1:2224\n"
                                 "  interface default: 192.168.65.73, ports 30000-39999\n"
                                 "The configuration is valid.\n");
    const auto checked = load({"--check-config", "--config-file=" INSTANCES_FILE}, FakeHost{}, "1");
    CHECK(std::get<Loaded>(checked).print == describe(*settings));
    CHECK_FALSE(std::get<Loaded>(checked).settings);
}
