// SPDX-License-Identifier: Apache-2.0
#include "common/base/off_limits.h"

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

Address address(const char* text) { return *Address::parse(text); }
Endpoint at(const char* text) { return *Endpoint::parse(text); }

} // namespace

TEST_CASE("addresses of this host are known, with those that look alike told apart") {
    const HostAddresses host({address("192.0.2.1"), address("198.51.100.65"), address("2001:db8::1")});
    for (const auto* text : {"192.0.2.1", "198.51.100.65", "2001:db8::1"}) CHECK(host.contains(address(text)));
    for (const auto* text : {"192.0.2.2", "198.51.100.1", "192.0.2.65", "2001:db8::2", "2001:db8:1::1", "0.0.0.1"})
        CHECK_FALSE(host.contains(address(text)));
    CHECK(HostAddresses().contains(address("127.0.0.1"))); // asked of the kernel
    CHECK_FALSE(HostAddresses(std::vector<Address>{}).contains(address("127.0.0.1")));
}

TEST_CASE("loopback in all its forms is off limits, but to what is received there") {
    const HostAddresses host(std::vector<Address>{});
    const OffLimits limits(host);
    for (const auto* text : {"127.0.0.1:5060", "127.255.3.4:1", "[::1]:5060", "[::ffff:127.0.0.1]:5060"}) {
        CAPTURE(text);
        CHECK(limits.contains(at(text), address("192.0.2.1")));
        CHECK(limits.contains(at(text), address("2001:db8::1")));
        CHECK_FALSE(limits.contains(at(text), address("127.0.0.1")));
        CHECK_FALSE(limits.contains(at(text), address("::1")));
    }
    for (const auto* text : {"128.0.0.1:5060", "126.0.0.1:5060", "[::2]:5060", "[::ffff:192.0.2.1]:5060", "[2001:db8::1]:1"})
        CHECK_FALSE(limits.contains(at(text), address("192.0.2.1")));
}

TEST_CASE("groups are off limits: this host is a member of some") {
    const HostAddresses host(std::vector<Address>{});
    const OffLimits limits(host);
    for (const auto* text : {"224.0.0.1:2223", "239.255.255.255:1", "[ff02::1]:2223", "[ff05::2]:1", "[::ffff:224.0.0.1]:2223"})
        for (const auto* from : {"192.0.2.1", "127.0.0.1", "2001:db8::1"}) {
            CAPTURE(text);
            CHECK(limits.contains(at(text), address(from)));
        }
    for (const auto* text : {"223.255.255.255:1", "240.0.0.1:1", "[fe80::1]:1", "[::ffff:223.0.0.1]:1", "[::e000:1]:1"})
        CHECK_FALSE(limits.contains(at(text), address("192.0.2.1")));
}

TEST_CASE("NG listeners are off limits, wherever media comes from") {
    const HostAddresses host({address("192.0.2.1"), address("2001:db8::1")});
    OffLimits limits(host);
    limits.set_listeners({at("192.0.2.1:2223"), at("127.0.0.1:2224"), at("0.0.0.0:2225"), at("[::]:2226")});
    const auto from = address("192.0.2.7");
    CHECK(limits.contains(at("192.0.2.1:2223"), from));
    CHECK_FALSE(limits.contains(at("192.0.2.2:2223"), from));
    CHECK_FALSE(limits.contains(at("192.0.2.1:2222"), from));
    CHECK(limits.contains(at("127.0.0.1:2224"), address("127.0.0.1")));
    CHECK_FALSE(limits.contains(at("127.0.0.1:2222"), address("127.0.0.1")));
    CHECK(limits.contains(at("192.0.2.1:2225"), from)); // every address of the host
    CHECK(limits.contains(at("127.0.0.1:2225"), address("127.0.0.1")));
    CHECK_FALSE(limits.contains(at("198.51.100.1:2225"), from)); // another host's port of that number
    CHECK(limits.contains(at("[2001:db8::1]:2226"), from));
}
