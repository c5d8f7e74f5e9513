// SPDX-License-Identifier: Apache-2.0
#include "common/base/endpoint.h"

#include <doctest/doctest.h>

using namespace rtpengine;

TEST_CASE("addresses are read and written") {
    for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::"}) CHECK(Address::parse(text)->str() == text);
    CHECK(Address::parse("[2001:db8::1]")->family == Family::ipv6);
    for (const char* text : {"", "192.0.2", "host", "192.0.2.1 ", "[::1", "1.2.3.4.5", "fe80::1%eth0"})
        CHECK_FALSE(Address::parse(text));
    CHECK(Address::parse("::")->is_unspecified());
    CHECK_FALSE(Address{}.is_unspecified());
    CHECK(Address::parse("127.9.9.9")->is_loopback());
    CHECK(Address::parse("::1")->is_loopback());
}

TEST_CASE("endpoints are read and written") {
    for (const char* text : {"192.0.2.1:5", "[2001:db8::1]:65535"}) CHECK(Endpoint::parse(text)->str() == text);
    for (const char* text : {"192.0.2.1", "192.0.2.1:65536", "192.0.2.1:", "2001:db8::1:5", ":5", "192.0.2.1:5x"})
        CHECK_FALSE(Endpoint::parse(text));
    for (const char* text : {"192.0.2.1:5", "[2001:db8::1]:65535"}) {
        sockaddr_storage storage;
        CHECK(Endpoint::parse(text)->to_sockaddr(storage) > 0);
        CHECK(Endpoint::from_sockaddr(reinterpret_cast<sockaddr&>(storage)).str() == text);
    }
}
