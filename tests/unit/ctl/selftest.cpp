// SPDX-License-Identifier: Apache-2.0
// The test call against a small proxy in this process that forwards, loses, doubles or refuses.
#include "ctl/selftest/run.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <thread>

#include <sys/eventfd.h>
#include <sys/socket.h>

#include "control/ng/server.h"
#include "control/sdp/model.h"

using namespace rtpengine;
using namespace rtpengine::ctl;

namespace {

struct Manners {
    unsigned lose_every = 0, double_every = 0; // 0: never
    bool refuse = false;
};

Fd bound(Endpoint& local) {
    Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    sockaddr_storage storage;
    auto length = Endpoint{*Address::parse("127.0.0.1"), 0}.to_sockaddr(storage);
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    if (::bind(fd.get(), address, length) < 0 || ::getsockname(fd.get(), address, &length) < 0) return {};
    local = Endpoint::from_sockaddr(*address);
    return fd;
}

// One direction: what comes in at its port goes to the endpoint.
class Forwarder {
  public:
    Forwarder(uv::Loop& loop, const Endpoint& to, const Manners& manners)
        : to_(to), manners_(manners), fd_(bound(local)), poll_(loop, fd_.get(), [this] { forward(); }) {}

    Endpoint local;

  private:
    void forward() {
        char buffer[2048];
        sockaddr_storage storage;
        const auto length = to_.to_sockaddr(storage);
        for (;;) {
            const auto size = ::recv(fd_.get(), buffer, sizeof buffer, 0);
            if (size < 0) return;
            ++count_;
            const bool lose = manners_.lose_every && count_ % manners_.lose_every == 0;
            const bool twice = manners_.double_every && count_ % manners_.double_every == 0;
            for (int copies = lose ? 0 : twice ? 2 : 1; copies > 0; --copies)
                ::sendto(fd_.get(), buffer, static_cast<std::size_t>(size), 0,
                         reinterpret_cast<sockaddr*>(&storage), length);
        }
    }

    Endpoint to_;
    Manners manners_;
    unsigned count_ = 0;
    Fd fd_;
    uv::Poll poll_;
};

class Proxy {
  public:
    explicit Proxy(Manners manners)
        : manners_(manners), ng_(bound(endpoint)), stop_(::eventfd(0, 0)), thread_([this] { serve(); }) {}
    ~Proxy() {
        eventfd_write(stop_.get(), 1);
        thread_.join();
    }

    Endpoint endpoint;
    unsigned deleted = 0; // read it after the proxy's thread has answered

  private:
    void serve() {
        uv::Loop loop;
        std::vector<std::unique_ptr<Forwarder>> forwarders;
        stats::ControlStatistics statistics;
        ng::Commands commands(
            {[](std::string_view) { return true; }, {}, [] { return stats::Input{}; }, statistics});
        const auto forward = [&](ng::Request request, ng::Responder responder) {
            if (manners_.refuse) return responder.error("Parallel session limit reached");
            const auto session = sdp::parse(request.flags->sdp);
            const auto to = session->sections.at(0).rtp_endpoint();
            forwarders.push_back(std::make_unique<Forwarder>(loop, to, manners_));
            auto reply = responder.keys();
            reply.add("sdp",
                      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
                          std::to_string(forwarders.back()->local.port) + " RTP/AVP 0\r\n");
            responder.ok(std::move(reply));
        };
        commands.set("offer", forward);
        commands.set("answer", forward);
        commands.set("delete", [&](ng::Request, ng::Responder responder) {
            ++deleted;
            responder.ok();
        });
        ng::Dispatcher dispatcher(commands, statistics);
        ng::Server server(loop, std::move(ng_), dispatcher);
        uv::Poll stop(loop, stop_.get(), [&] { loop.stop(); });
        loop.run();
    }

    Manners manners_;
    Fd ng_, stop_;
    std::thread thread_;
};

Result<TestResult> test(const Endpoint& proxy) {
    auto client = NgClient::connect(proxy);
    REQUIRE(client);
    auto call = TestCall::set_up(*client, [](const Address& shown) { return shown; });
    if (!call) return call.error();
    return run_call(*call, 1);
}

} // namespace

TEST_CASE("a proxy that forwards everything") {
    Proxy proxy({});
    const auto result = test(proxy.endpoint);
    REQUIRE(result);
    CHECK(result->passed());
    CHECK(result->to_callee.received_count() == 50);
    CHECK(result->to_caller.received_count() == 50);
    CHECK(proxy.deleted == 1);
    CHECK(result_view(*result, {}).find("PASSED") != std::string::npos);
    CHECK(result_json(*result).starts_with("{\"passed\":true,"));
}

TEST_CASE("a proxy that loses and doubles packets") {
    Proxy proxy({10, 7});
    const auto result = test(proxy.endpoint);
    REQUIRE(result);
    CHECK_FALSE(result->passed());
    CHECK(result->to_callee.lost() == 5);
    CHECK(result->to_callee.duplicates() == 7);
    CHECK(result_view(*result, {}).find("10 of 100 packets were lost") != std::string::npos);
}

TEST_CASE("a proxy that forwards nothing") {
    Proxy proxy({1});
    const auto result = test(proxy.endpoint);
    REQUIRE(result);
    CHECK(result_view(*result, {}).find("neither party heard the other") != std::string::npos);
}

TEST_CASE("a proxy that refuses the call") {
    Proxy proxy({0, 0, true});
    const auto result = test(proxy.endpoint);
    REQUIRE_FALSE(result);
    CHECK(result.error().message == "offer: Parallel session limit reached");
    CHECK(result.error().code == EPROTO);
}
