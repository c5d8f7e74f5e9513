// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include <doctest/doctest.h>
#include <net/if_arp.h>
#include <poll.h>

#include "supervisor/bpf/devices.h"
#include "supervisor/bpf/loopback.h"

using namespace rtpengine;
using namespace rtpengine::supervisor::bpf;

TEST_CASE("what comes before the IP header") {
    CHECK(header_of(ARPHRD_ETHER) == LinkHeader::ethernet);
    CHECK(header_of(ARPHRD_LOOPBACK) == LinkHeader::ethernet);
    CHECK(header_of(ARPHRD_NONE) == LinkHeader::none);
    CHECK(header_of(ARPHRD_PPP) == LinkHeader::none);
    CHECK(header_of(ARPHRD_INFINIBAND) == LinkHeader::other);
}

TEST_CASE("devices are found by their addresses, and followed") {
    const auto moving = *Address::parse("198.51.100.77");
    const auto names = [&] {
        std::string all;
        const auto found = devices_with({moving, *Address::parse("2001:db8:1::1")});
        REQUIRE(found);
        for (const auto& device : *found)
            all += device.name + " ";
        return all;
    };
    const auto events = open_device_events();
    REQUIRE(events);
    const auto changed = [&] {
        pollfd readable{events->get(), POLLIN, 0};
        const bool heard = poll(&readable, 1, 1000) == 1;
        take_events(*events);
        return heard;
    };
    CHECK(names() == "lo ");
    REQUIRE(std::system("ip addr add 198.51.100.77/32 dev out label out:1") == 0);
    CHECK(changed());
    CHECK(names() == "lo out ");
    REQUIRE(std::system("ip addr del 198.51.100.77/32 dev out") == 0);
    CHECK(changed());
    CHECK(names() == "lo ");
    pollfd readable{events->get(), POLLIN, 0};
    CHECK(poll(&readable, 1, 0) == 0);
}

TEST_CASE("a router that was learned from its advertisements is seen") {
    const std::string by_hand = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                                "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n";
    const std::string advertised = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                                   "fe800000000000000000000000000001 00000400 00000001 00000000 00450003     eth0\n";
    CHECK_FALSE(has_advertised_router(""));
    CHECK_FALSE(has_advertised_router(by_hand));
    CHECK(has_advertised_router(by_hand + advertised));
}
