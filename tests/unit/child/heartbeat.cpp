// SPDX-License-Identifier: Apache-2.0
#include "common/child/heartbeat.h"

#include <cstdlib>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "link.pb.h"

using namespace rtpengine;

TEST_CASE("the supervisor hears a child at once, and at once again when it is ready") {
    char dir[] = "/tmp/heartbeat-XXXXXX";
    REQUIRE(mkdtemp(dir));
    std::vector<link::Heartbeat> beats;
    {
        uv::Loop loop;
        link::Context context;
        std::unique_ptr<child::Heartbeat> heartbeat;
        auto router = link::Router::bind(
            context, loop, std::string(dir) + "/supervisor.sock", [&](auto peer, auto bytes) {
                link::ToSupervisor message;
                REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
                CHECK(peer == "0/pub");
                beats.push_back(message.heartbeat());
                if (beats.size() == 1) heartbeat->ready("bound sockets");
                if (beats.size() == 2) loop.stop();
            });
        REQUIRE(router);
        auto started = child::Heartbeat::start(context, loop, dir, "0/pub");
        REQUIRE(started);
        heartbeat = *std::move(started);
        uv::Timer give_up(loop, [&] { loop.stop(); });
        give_up.start_ms(10'000);
        loop.run();
    }
    REQUIRE(beats.size() == 2);
    CHECK(beats[0].name() == "0/pub");
    CHECK(beats[0].pid() == getpid());
    CHECK_FALSE(beats[0].ready());
    CHECK(beats[1].ready());
    CHECK(beats[1].detail() == "bound sockets");
    unlink((std::string(dir) + "/supervisor.sock").c_str());
    CHECK(rmdir(dir) == 0);
}
