// SPDX-License-Identifier: Apache-2.0
#include "supervisor/addresses.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::supervisor;

TEST_CASE("what goes and what comes back is told once") {
    const auto a = *Address::parse("192.0.2.1"), b = *Address::parse("2001:db8::1");
    std::map<Address, std::string> users = {{a, "interface pub of instance x"}, {b, "interface six of instance x"}};
    std::set<Address> host = {a, b};
    const auto has = [&](const Address& address) { return host.contains(address); };
    Addresses addresses;
    CHECK(addresses.look(users, has).empty());
    host.erase(a);
    CHECK(addresses.look(users, has) == std::vector<Addresses::Change>{{a, "interface pub of instance x", false}});
    CHECK(addresses.look(users, has).empty());
    CHECK(addresses.away() == std::vector<std::string>{"192.0.2.1"});
    host = {a};
    CHECK(addresses.look(users, has) == std::vector<Addresses::Change>{{b, "interface six of instance x", false},
                                                                       {a, "interface pub of instance x", true}});
    users.erase(b); // the interface was removed
    CHECK(addresses.look(users, has).empty());
    CHECK(addresses.away().empty());
}

TEST_CASE("what this host has") {
    CHECK(host_has(*Address::parse("127.0.0.1")));
    CHECK_FALSE(host_has(*Address::parse("198.51.100.77")));
}
