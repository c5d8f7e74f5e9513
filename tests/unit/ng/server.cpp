// SPDX-License-Identifier: Apache-2.0
// The UDP listener over real sockets on loopback.
#include "control/ng/server.h"

#include <doctest/doctest.h>

#include <sys/socket.h>

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

Fd bound(const char* address, Endpoint& local) {
    Fd fd(::socket(address_family(Address::parse(address)->family), SOCK_DGRAM | SOCK_NONBLOCK, 0));
    sockaddr_storage storage;
    auto length = Endpoint{*Address::parse(address), 0}.to_sockaddr(storage);
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) == 0);
    length = sizeof storage;
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    local = Endpoint::from_sockaddr(reinterpret_cast<sockaddr&>(storage));
    return fd;
}

struct Fixture {
    uv::Loop loop;
    stats::ControlStatistics statistics;
    Commands commands{
        {[](std::string_view) { return false; }, {}, [] { return stats::Input{}; }, statistics}};
    Dispatcher dispatcher{commands, statistics};

    // Sends the messages to the server at `to` and gives what comes back, and from where.
    std::vector<std::pair<std::string, Endpoint>> exchange(const char* from, const Endpoint& to,
                                                           const std::vector<std::string>& messages,
                                                           std::size_t expected) {
        Endpoint own;
        const auto client = bound(from, own);
        sockaddr_storage storage;
        const auto length = to.to_sockaddr(storage);
        for (const auto& message : messages)
            REQUIRE(sendto(client.get(), message.data(), message.size(), 0,
                           reinterpret_cast<sockaddr*>(&storage),
                           length) == static_cast<ssize_t>(message.size()));
        std::vector<std::pair<std::string, Endpoint>> replies;
        uv::Timer deadline(loop, [&] { loop.stop(); });
        deadline.start_ms(5000);
        uv::Poll readable(loop, client.get(), [&] {
            std::vector<char> buffer(65536);
            sockaddr_storage peer;
            socklen_t size = sizeof peer;
            const auto count = recvfrom(client.get(), buffer.data(), buffer.size(), 0,
                                        reinterpret_cast<sockaddr*>(&peer), &size);
            if (count < 0) return;
            replies.emplace_back(std::string(buffer.data(), static_cast<std::size_t>(count)),
                                 Endpoint::from_sockaddr(reinterpret_cast<sockaddr&>(peer)));
            if (replies.size() == expected) loop.stop();
        });
        loop.run();
        return replies;
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "answers come from the address that was asked") {
    for (const auto& addresses : {std::pair{"0.0.0.0", "127.0.0.7"}, std::pair{"127.0.0.1", "127.0.0.1"},
                                  std::pair{"::1", "::1"}, std::pair{"::", "::1"}}) {
        const char *const listen = addresses.first, *const ask = addresses.second;
        CAPTURE(listen);
        Endpoint local;
        Server server(loop, bound(listen, local), dispatcher);
        const Endpoint asked{*Address::parse(ask), local.port};
        const auto replies = exchange(ask, asked, {"x d7:command4:pinge"}, 1);
        REQUIRE(replies.size() == 1);
        CHECK(replies[0].first == "x d6:result4:ponge");
        CHECK(replies[0].second == asked);
    }
}

TEST_CASE_FIXTURE(Fixture, "many requests at once, and the largest datagram") {
    Endpoint local;
    Server server(loop, bound("127.0.0.1", local), dispatcher);
    std::vector<std::string> messages;
    for (int i = 0; i < 100; ++i)
        messages.push_back(std::to_string(i) + " d7:command4:pinge");
    CHECK(exchange("127.0.0.1", local, messages, 100).size() == 100);
    const std::string filler(65507 - 28, 'x');
    const auto replies =
        exchange("127.0.0.1", local,
                 {"x d7:command4:ping1:x" + std::to_string(filler.size()) + ":" + filler + "e"}, 1);
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].first == "x d6:result4:ponge");
}

TEST_CASE_FIXTURE(Fixture, "a reply that is too large gives way to an error, and what can't arrive at all is counted") {
    commands.set("list", [](Request, Responder responder) {
        auto keys = responder.keys();
        keys.add("x", std::string(70'000, 'x'));
        responder.ok(std::move(keys));
    });
    Endpoint local;
    Server server(loop, bound("127.0.0.1", local), dispatcher);
    const auto replies = exchange("127.0.0.1", local, {"y d7:command4:liste"}, 1);
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].first.find("Too much: 70025 bytes of the reply, at most 65507") != std::string::npos);
    CHECK(server.unsent() == 0);
    const std::string cookie(65507 - 19, 'c');
    CHECK(exchange("127.0.0.1", local, {cookie + " d7:command4:liste", "x d7:command4:pinge"}, 1).size() == 1);
    CHECK(server.unsent() == 1);
}
