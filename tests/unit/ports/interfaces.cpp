// SPDX-License-Identifier: Apache-2.0
#include "control/ports/interfaces.h"

#include <doctest/doctest.h>

#include "link.pb.h"

using namespace rtpengine;

namespace {

void add(link::InstanceConfig& config, const std::string& name, const std::vector<const char*>& addresses) {
    auto& interface = *config.add_interfaces();
    interface.set_name(name);
    for (const auto* text : addresses) {
        auto& local = *interface.add_addresses();
        local.set_address(std::string(Address::parse(text)->raw()));
        local.set_port_min(30000);
        local.set_port_max(30009);
    }
}

// The rows of options.md section 5.5, and an alias.
link::InstanceConfig example() {
    link::InstanceConfig config;
    add(config, "m:1", {"192.0.2.1", "2001:db8::1"});
    add(config, "m:2", {"192.0.2.2"});
    add(config, "m:3", {"2001:db8::3"});
    add(config, "other", {"192.0.2.9"});
    (*config.mutable_aliases())["lan"] = "other";
    return config;
}

struct Fixture {
    std::mt19937_64 random{1};
    ports::Interfaces interfaces{example(), {}, random};
    std::string pick(std::string_view name, Family family) { return interfaces.select(name, family).name; }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "exact names and aliases") {
    CHECK(pick("m:3", Family::ipv4) == "m:3");
    CHECK(pick("other", Family::ipv4) == "other");
    CHECK(pick("lan", Family::ipv4) == "other");
}

TEST_CASE_FIXTURE(Fixture, "a base name takes turns among the members that have the family") {
    CHECK(pick("m", Family::ipv4) == "m:1");
    CHECK(pick("m", Family::ipv4) == "m:2");
    CHECK(pick("m", Family::ipv4) == "m:1");
    CHECK(pick("m", Family::ipv6) == "m:3");
    CHECK(pick("m", Family::ipv6) == "m:1");
}

TEST_CASE_FIXTURE(Fixture, "a member without ports left is passed over") {
    auto& pool = interfaces.select("m:1", Family::ipv4).primary(Family::ipv4).pool;
    while (pool.take(2)) {}
    for (int i = 0; i < 3; ++i) CHECK(pick("m", Family::ipv4) == "m:2");
}

TEST_CASE_FIXTURE(Fixture, "no name and unknown names rotate where the first interface is such a group") {
    CHECK(pick("", Family::ipv4) == "m:1");
    CHECK(pick("nowhere", Family::ipv4) == "m:2");
}

TEST_CASE_FIXTURE(Fixture, "records in the shared state follow each other by address") {
    const auto& addresses = interfaces.all().front()->addresses;
    CHECK(addresses[0]->slot == 0);
    CHECK(addresses[1]->slot == 10);
}

TEST_CASE_FIXTURE(Fixture, "a family that an interface lacks falls back to what it has") {
    CHECK(interfaces.select("other", Family::ipv6).primary(Family::ipv6).address.str() == "192.0.2.9");
}

namespace {

// The same, some of which are about to go.
struct Draining {
    explicit Draining(const std::vector<int>& draining) : config(made(draining)) {}
    static link::InstanceConfig made(const std::vector<int>& draining) {
        auto config = example();
        for (const int i : draining) config.mutable_interfaces(i)->set_draining(true);
        return config;
    }
    std::string pick(std::string_view name, Family family = Family::ipv4) {
        return interfaces.select(name, family).name;
    }

    link::InstanceConfig config;
    std::mt19937_64 random{1};
    ports::Interfaces interfaces{config, {}, random};
};

} // namespace

TEST_CASE("an interface that drains is neither rotated to nor chosen by its name") {
    Draining first({0});
    for (int i = 0; i < 3; ++i) CHECK(first.pick("m") == "m:2");
    CHECK(first.pick("m:1") == "m:2"); // the default is the group
    CHECK(first.pick("") == "m:2");
    CHECK(first.pick("m", Family::ipv6) == "m:3");
    Draining other({3});
    CHECK(other.pick("other") == "m:1");
    CHECK(other.pick("lan") == "m:2");
}

TEST_CASE("where the whole first group drains, the next interface is the default") {
    Draining group({0, 1, 2});
    CHECK(group.pick("m") == "other");
    CHECK(group.pick("") == "other");
    CHECK(group.pick("nowhere") == "other");
    Draining all({0, 1, 2, 3});
    CHECK(all.pick("other") == "m:1"); // there must be one
}

TEST_CASE("the interface on the way to a peer") {
    link::InstanceConfig config;
    add(config, "other", {"192.0.2.9"});
    add(config, "loop:1", {"192.0.2.7", "127.0.0.1"});
    std::mt19937_64 random{1};
    const ports::Interfaces interfaces(config, {}, random);
    const auto* found = interfaces.towards(*Address::parse("127.0.0.1"));
    REQUIRE(found);
    CHECK(found->name == "loop:1");
    CHECK_FALSE(interfaces.towards(Address{}));
    link::InstanceConfig elsewhere;
    add(elsewhere, "other", {"192.0.2.9"});
    CHECK_FALSE(ports::Interfaces(elsewhere, {}, random).towards(*Address::parse("127.0.0.1")));
}
