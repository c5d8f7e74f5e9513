// SPDX-License-Identifier: Apache-2.0
#include "supervisor/sockets.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "common/base/endpoint.h"

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

link::InstanceConfig listening(std::initializer_list<const char*> endpoints) {
    link::InstanceConfig instance;
    for (const auto* text : endpoints) {
        const auto endpoint = *Endpoint::parse(text);
        auto& local = *instance.add_listeners()->mutable_local();
        local.set_address(std::string(endpoint.address.raw()));
        local.set_port(endpoint.port);
    }
    return instance;
}

int option(int fd, int level, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    REQUIRE(getsockopt(fd, level, name, &value, &length) == 0);
    return value;
}

Endpoint local(int fd) {
    sockaddr_storage storage;
    socklen_t length = sizeof storage;
    REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) == 0);
    return Endpoint::from_sockaddr(reinterpret_cast<sockaddr&>(storage));
}

} // namespace

TEST_CASE("listeners tell where a request came to, and are handed over by number") {
    auto instance = listening({"127.0.0.1:0", "[::1]:0"});
    const auto sockets = bind_listeners(instance);
    REQUIRE(sockets);
    REQUIRE(sockets->size() == 2);
    CHECK(instance.listeners(0).fd() == (*sockets)[0].get());
    CHECK(instance.listeners(1).fd() == (*sockets)[1].get());
    CHECK(option((*sockets)[0].get(), IPPROTO_IP, IP_PKTINFO) == 1);
    CHECK(option((*sockets)[1].get(), IPPROTO_IPV6, IPV6_RECVPKTINFO) == 1);
    CHECK(option((*sockets)[1].get(), IPPROTO_IPV6, IPV6_V6ONLY) == 1);
}

TEST_CASE("both families share a port") {
    auto first = listening({"0.0.0.0:0"});
    const auto v4 = bind_listeners(first);
    REQUIRE(v4);
    const auto port = std::to_string(local((*v4)[0].get()).port);
    auto second = listening({("[::]:" + port).c_str()});
    CHECK(bind_listeners(second));
}

TEST_CASE("a port that is taken and an address that is not here are told apart") {
    auto first = listening({"127.0.0.1:0"});
    const auto taken = bind_listeners(first);
    REQUIRE(taken);
    const auto endpoint = local((*taken)[0].get()).str();
    auto second = listening({endpoint.c_str()});
    const auto refused = bind_listeners(second);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == EADDRINUSE);
    CHECK(refused.error().message.find("listen-ng") != std::string::npos);
    CHECK(refused.error().message.find(endpoint) != std::string::npos);
    auto elsewhere = listening({"192.0.2.1:2223"});
    const auto absent = bind_listeners(elsewhere);
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == EADDRNOTAVAIL);
}

TEST_CASE("media addresses must be here") {
    link::InstanceConfig instance;
    auto& interface = *instance.add_interfaces();
    interface.set_name("pub");
    for (const char* text : {"127.0.0.1", "::1"})
        interface.add_addresses()->set_address(std::string(Address::parse(text)->raw()));
    CHECK(check_media_addresses(instance));
    interface.add_addresses()->set_address(std::string(Address::parse("192.0.2.1")->raw()));
    const auto checked = check_media_addresses(instance);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().message.find("192.0.2.1 of interface pub") != std::string::npos);
}
