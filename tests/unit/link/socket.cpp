// SPDX-License-Identifier: Apache-2.0
#include "common/link/socket.h"

#include <algorithm>
#include <chrono>

#include <doctest/doctest.h>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/failing_new.h"

using namespace rtpengine;

namespace {

// A router, and dealers that connect to it, on one loop.
struct Fixture {
    ~Fixture() { std::filesystem::remove_all(directory); }

    std::unique_ptr<link::Router> bind(link::Router::Handler handler) {
        return *link::Router::bind(context, loop, path, std::move(handler),
                                   [this](std::string_view peer) { lost.emplace_back(peer); });
    }
    std::unique_ptr<link::Dealer> connect(const std::string& name, link::Dealer::Handler handler) {
        return *link::Dealer::connect(context, loop, path, name, std::move(handler));
    }
    // Runs the loop until `done`, at most twenty seconds.
    void run_until(const std::function<bool()>& done) {
        bool late = false;
        uv::Timer deadline(loop, [&] { late = true; });
        deadline.start_ms(20'000);
        ended = [&] { return late || done(); };
        loop.run();
        ended = nullptr;
        CHECK_FALSE(late);
    }

    std::string directory = [] {
        std::string name = "/tmp/link-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        return name;
    }();
    std::string path = directory + "/socket";
    std::vector<std::string> lost;
    uv::Loop loop;
    link::Context context;
    std::function<bool()> ended;
    // Sockets receive in this phase, too; the handle that is started first is called last.
    uv::Prepare look{loop, [this] {
        if (ended && ended()) loop.stop();
    }};
};

// Two peers that the router has heard.
struct TwoPeers : Fixture {
    TwoPeers() {
        one->send("hello");
        two->send("hello");
        run_until([this] { return known.size() == 2; });
    }

    std::vector<std::string> to_one, to_two, known;
    std::unique_ptr<link::Router> router = bind([this](std::string_view peer, std::string_view) { known.emplace_back(peer); });
    std::unique_ptr<link::Dealer> one = connect("one", [this](std::string_view message) { to_one.emplace_back(message); });
    std::unique_ptr<link::Dealer> two = connect("two", [this](std::string_view message) { to_two.emplace_back(message); });
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "what is sent in one round arrives whole and in order") {
    std::vector<std::string> arrived, answers;
    std::unique_ptr<link::Router> router;
    router = bind([&](std::string_view peer, std::string_view message) {
        arrived.emplace_back(message);
        router->send(peer, std::string(message) + "!");
    });
    const auto dealer = connect("one", [&](std::string_view message) { answers.emplace_back(message); });
    std::vector<std::string> expected, expected_answers;
    for (int i = 0; i < 1000; ++i) {
        expected.push_back(std::string(std::size_t(i % 50), 'x') + std::to_string(i));
        expected_answers.push_back(expected.back() + "!");
        dealer->send(expected.back());
    }
    run_until([&] { return answers.size() == expected.size(); });
    CHECK(arrived == expected);
    CHECK(answers == expected_answers);
}

TEST_CASE_FIXTURE(Fixture, "what nobody waits for leaves a little later, or with the next message; nothing overtakes anything") {
    std::vector<std::string> arrived, known;
    const auto router = bind([&](std::string_view peer, std::string_view) { known.emplace_back(peer); });
    const auto one = connect("one", [&](std::string_view message) { arrived.emplace_back(message); });
    one->send("hello");
    run_until([&] { return !known.empty(); });
    router->send_soon("one", "alone");
    run_until([&] { return arrived.size() == 1; });
    router->send_soon("one", "first");
    router->send("one", "second");
    router->send_soon("one", "third");
    run_until([&] { return arrived.size() == 4; });
    constexpr std::size_t all = 300;
    std::size_t sent = 4;
    uv::Prepare each(loop, [&] { // in every round one, for much longer than one may wait
        if (sent < all) router->send_soon("one", std::to_string(sent++));
    });
    run_until([&] { return arrived.size() == all; });
    REQUIRE(arrived.size() == all);
    CHECK(std::vector(arrived.begin(), arrived.begin() + 4) == std::vector<std::string>{"alone", "first", "second", "third"});
    for (std::size_t i = 4; i < all; ++i) REQUIRE(arrived[i] == std::to_string(i));
}

TEST_CASE_FIXTURE(TwoPeers, "without memory for a message others arrive, where they should") {
    const std::string first(60, '1'), second(60, '2');
    unsigned failed = 0;
    for (std::size_t allocations = 1; allocations < 8; ++allocations) {
        std::string message = first;
        test::allocations_left = allocations;
        try {
            router->send("one", std::move(message));
        } catch (const std::bad_alloc&) {
            ++failed;
        }
        test::allocations_left = 0;
        const auto before = to_two.size();
        router->send("two", second);
        run_until([&] { return to_two.size() > before; });
    }
    CHECK(failed > 0);
    router->send("one", "last");
    run_until([&] { return !to_one.empty() && to_one.back() == "last"; });
    to_one.pop_back();
    for (const auto& message : to_one) CHECK(message == first);
    for (const auto& message : to_two) CHECK(message == second);
    CHECK(lost.empty());
}

TEST_CASE_FIXTURE(TwoPeers, "messages to several peers in turn keep apart") {
    for (const char* text : {"a", "b", "c"}) {
        router->send("one", text);
        router->send("two", std::string(text) + text);
    }
    run_until([&] { return to_one.size() == 3 && to_two.size() == 3; });
    CHECK(to_one == std::vector<std::string>{"a", "b", "c"});
    CHECK(to_two == std::vector<std::string>{"aa", "bb", "cc"});
    CHECK(lost.empty());
}

TEST_CASE_FIXTURE(Fixture, "a peer that is not there is told of, the others get theirs") {
    bool known = false;
    std::vector<std::string> answers;
    const auto router = bind([&](std::string_view, std::string_view) { known = true; });
    const auto dealer = connect("one", [&](std::string_view message) { answers.emplace_back(message); });
    dealer->send("hello");
    run_until([&] { return known; });
    router->send("nobody", "a");
    router->send("one", "b");
    router->send("nobody", "c");
    run_until([&] { return !answers.empty(); });
    CHECK(answers == std::vector<std::string>{"b"});
    CHECK(lost == std::vector<std::string>{"nobody"});
}

TEST_CASE_FIXTURE(Fixture, "a dealer that was first waits for its router") {
    std::vector<std::string> arrived;
    const auto dealer = connect("one", [](std::string_view) {});
    dealer->send("a");
    dealer->send("b");
    run_until([] { return true; }); // one round
    const auto router = bind([&](std::string_view, std::string_view message) { arrived.emplace_back(message); });
    run_until([&] { return arrived.size() == 2; });
    CHECK(arrived == std::vector<std::string>{"a", "b"});
}

TEST_CASE_FIXTURE(Fixture, "a socket whose file was removed is there again, for who is connected and for who comes later") {
    std::vector<std::string> arrived;
    const auto router = bind([&](std::string_view peer, std::string_view message) {
        arrived.push_back(std::string(peer) + ":" + std::string(message));
    });
    const auto one = connect("one", [](std::string_view) {});
    one->send("a");
    run_until([&] { return arrived.size() == 1; });
    CHECK(router->renew());
    std::filesystem::remove_all(directory);
    const auto failed = router->renew();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message.find(path) != std::string::npos);
    std::filesystem::create_directory(directory);
    CHECK(router->renew());
    const auto two = connect("two", [](std::string_view) {});
    one->send("b");
    two->send("c");
    run_until([&] { return arrived.size() == 3; });
    CHECK(std::set<std::string>(arrived.begin(), arrived.end()) == std::set<std::string>{"one:a", "one:b", "two:c"});
}

TEST_CASE_FIXTURE(Fixture, "what a peer has sent in one round is worked off in several turns, if it takes so long") {
    constexpr unsigned messages = 300;
    unsigned arrived = 0, before = 0, most = 0;
    const auto router = bind([&](std::string_view peer, std::string_view message) {
        CHECK(peer == "one");
        CHECK(message == std::to_string(arrived++));
        const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
        while (std::chrono::steady_clock::now() < end) {}
    });
    const auto dealer = connect("one", [](std::string_view) {});
    for (unsigned i = 0; i < messages; ++i) dealer->send(std::to_string(i));
    uv::Prepare look(loop, [&] {
        most = std::max(most, arrived - before);
        before = arrived;
    });
    run_until([&] { return arrived == messages; });
    CHECK(most < messages / 4);
}

TEST_CASE_FIXTURE(Fixture, "what is sent off within a round is answered, though sending may use up the word of what has come") {
    constexpr unsigned all = 20'000, open = 32, together = 8;
    unsigned sent = 0, answered = 0;
    std::unique_ptr<link::Router> router;
    router = bind([&](std::string_view peer, std::string_view message) { router->send(peer, std::string(message)); });
    const auto dealer = connect("one", [&](std::string_view) { ++answered; });
    uv::Idle ask(loop, [&] {
        for (unsigned i = 0; i < together && sent < all && sent - answered < open; ++i, ++sent) dealer->send("question");
        dealer->send_off();
    });
    ask.start();
    run_until([&] { return answered == all; });
    CHECK(answered == all);
}
