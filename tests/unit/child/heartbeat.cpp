// SPDX-License-Identifier: Apache-2.0
#include "common/child/heartbeat.h"

#include <cstdlib>
#include <vector>

#include <set>

#include <doctest/doctest.h>
#include <unistd.h>

#include "link.pb.h"

using namespace rtpengine;

TEST_CASE("the supervisor hears a child at once, and at once again when it is ready") {
    char dir[] = "/tmp/heartbeat-XXXXXX";
    REQUIRE(mkdtemp(dir));
    std::vector<link::Heartbeat> beats;
    std::set<std::string> peers;
    std::uint64_t poisoned = 0;
    std::unique_ptr<link::Router>* the_router = nullptr;
    {
        uv::Loop loop;
        link::Context context;
        std::unique_ptr<child::Heartbeat> heartbeat;
        auto router = link::Router::bind(
            context, loop, std::string(dir) + "/supervisor.sock", [&](auto peer, auto bytes) {
                link::ToSupervisor message;
                REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
                const auto& beat = message.heartbeat();
                const bool same = !beats.empty() && beats.back().standby() == beat.standby() && beats.back().ready() == beat.ready();
                if (same) return; // one of those that come every second
                beats.push_back(beat);
                peers.insert(std::string(peer));
                if (beats.size() == 1) heartbeat->stand_by();
                if (beats.size() == 2) heartbeat->ready("bound sockets");
                if (beats.size() < 3) return;
                link::FromSupervisor answer;
                answer.mutable_poisoned()->set_stream(7);
                (*the_router)->send(peer, answer.SerializeAsString());
            });
        REQUIRE(router);
        the_router = &*router;
        auto started = child::Heartbeat::start(context, loop, dir, "0/pub");
        REQUIRE(started);
        heartbeat = *std::move(started);
        heartbeat->fill([](link::Heartbeat& beat) { beat.add_loads()->set_calls(9); });
        heartbeat->on_message([&](const link::FromSupervisor& message) {
            poisoned = message.poisoned().stream();
            loop.stop();
        });
        uv::Timer give_up(loop, [&] { loop.stop(); });
        give_up.start_ms(10'000);
        loop.run();
    }
    REQUIRE(beats.size() == 3);
    CHECK(peers.size() == 1);
    CHECK(poisoned == 7);
    CHECK(beats[0].name() == "0/pub");
    CHECK(beats[0].pid() == getpid());
    CHECK_FALSE(beats[0].ready());
    CHECK_FALSE(beats[0].standby());
    CHECK(beats[1].standby());
    CHECK_FALSE(beats[1].ready());
    CHECK_FALSE(beats[2].standby());
    CHECK(beats[2].loads(0).calls() == 9);
    CHECK(beats[2].ready());
    CHECK(beats[2].detail() == "bound sockets");
    unlink((std::string(dir) + "/supervisor.sock").c_str());
    CHECK(rmdir(dir) == 0);
}
