// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/resource.h>

using namespace rtpengine;
using namespace std::chrono_literals;
using io::Relay;

namespace {

constexpr std::uint32_t workers = 64;

// Relays of workers in a runtime directory.
struct World {
    World() { REQUIRE(mkdtemp(directory.data())); }
    ~World() { std::filesystem::remove_all(directory); }

    std::unique_ptr<Relay> open(std::uint32_t index, io::Outlet::Duration patience = 1h) const {
        auto relay = Relay::open({.runtime_dir = directory, .index = index, .workers = workers, .patience = patience});
        REQUIRE(relay);
        return *std::move(relay);
    }

    std::string directory = "/tmp/relay-test-XXXXXX";
};

// One of them has something to do, now or within five of the intervals in which an absent worker is looked for.
bool ready(std::initializer_list<const Relay*> relays) {
    std::vector<pollfd> fds;
    for (const auto* relay : relays) fds.push_back({relay->descriptor(), POLLIN, 0});
    return poll(fds.data(), fds.size(), 50) > 0;
}

int send(Relay& relay, std::uint32_t to, std::uint32_t number, std::size_t size = 172) {
    return relay.send(to, {.stream = number + 1ull, .slot = number, .tos = 184, .ttl = 64}, std::vector<std::uint8_t>(size, number & 0xff));
}

void turn_silent(Relay& relay) {
    relay.turn([](const auto&, auto) { FAIL("nobody sent that"); });
}

// Sends what waits, or gives it up.
void settle(Relay& relay) {
    while (ready({&relay})) turn_silent(relay);
}

// Both turn until neither has anything to do. Slots that were received; sizes and contents are checked.
std::vector<std::uint32_t> exchange(Relay& from, Relay& to, std::size_t size = 172) {
    std::vector<std::uint32_t> slots;
    while (ready({&from, &to})) {
        turn_silent(from);
        to.turn([&](const Relay::Header& header, std::span<const std::uint8_t> payload) {
            CHECK(header.stream == header.slot + 1ull);
            CHECK(header.tos == 184);
            CHECK(header.ttl == 64);
            REQUIRE(payload.size() == size);
            if (size) CHECK(payload.back() == (header.slot & 0xff));
            slots.push_back(header.slot);
        });
    }
    return slots;
}

std::vector<std::uint32_t> numbers(std::uint32_t from, std::uint32_t end) {
    std::vector<std::uint32_t> all;
    for (; from < end; ++from) all.push_back(from);
    return all;
}

// No further descriptor for this process, for the length of a block.
class NoDescriptors {
  public:
    NoDescriptors() {
        REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
        const Fd next(dup(0));
        const rlimit none{static_cast<rlim_t>(next.get()), before_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    }
    ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

} // namespace

TEST_CASE_FIXTURE(World, "a burst for a worker that is late arrives whole and in its order, whatever the sizes") {
    const auto one = open(1), two = open(2);
    for (const std::size_t size : {172, 0, 1200, 1})
        for (const std::uint32_t count : {1, 500, 1500}) {
            for (const auto i : numbers(0, count)) REQUIRE(send(*one, 2, i, size) == 0);
            CHECK(exchange(*one, *two, size) == numbers(0, count));
        }
    CHECK(send(*one, 2, 7, 65507) == 0);
    CHECK(exchange(*one, *two, 65507) == numbers(7, 8));
    CHECK(one->refused() + one->lost() == 0);
}

TEST_CASE_FIXTURE(World, "what comes while others wait stays behind them") {
    const auto one = open(1), two = open(2);
    std::uint32_t sent = 0;
    std::vector<std::uint32_t> got;
    for (unsigned round = 0; round < 200; ++round) {
        for (unsigned i = 0; i < 40; ++i) REQUIRE(send(*one, 2, sent++) == 0);
        turn_silent(*one);
        two->turn([&](const auto& header, auto) { got.push_back(header.slot); });
    }
    for (const auto slot : exchange(*one, *two)) got.push_back(slot);
    CHECK(got == numbers(0, sent));
}

TEST_CASE_FIXTURE(World, "what waits is bounded, the first ones stay, and the others are counted") {
    const auto one = open(1), two = open(2);
    std::uint32_t taken = 0, refused = 0;
    for (; refused < 1000; ++taken)
        if (send(*one, 2, taken) == EAGAIN) break;
    for (; refused < 1000; ++refused) REQUIRE(send(*one, 2, taken) == EAGAIN);
    CHECK(taken > 5000);
    CHECK(one->refused() == refused + 1);
    CHECK(exchange(*one, *two) == numbers(0, taken));
    CHECK(one->lost() == 0);
    CHECK(send(*one, 2, 1) == 0); // all is as before
    CHECK(exchange(*one, *two) == numbers(1, 2));
}

TEST_CASE_FIXTURE(World, "a worker that is replaced gets the next datagram, and nothing stays busy about its predecessor") {
    const auto one = open(1);
    auto two = open(2);
    CHECK(send(*one, 2, 1) == 0);
    CHECK(exchange(*one, *two) == numbers(1, 2));
    two = open(2);
    CHECK(send(*one, 2, 2) == 0);
    CHECK(exchange(*one, *two) == numbers(2, 3));
    two = nullptr;
    settle(*one);
    CHECK_FALSE(ready({one.get()}));
    CHECK(send(*one, workers, 3) == EINVAL);
}

TEST_CASE_FIXTURE(World, "what comes while there is no worker is its successor's, in its order") {
    const auto one = open(1);
    for (const bool before : {false, true}) {
        auto two = before ? open(2) : nullptr;
        if (two) REQUIRE(send(*one, 2, 0) == 0);
        if (two) REQUIRE(exchange(*one, *two) == numbers(0, 1));
        two = nullptr;
        for (const auto i : numbers(0, 1000)) REQUIRE(send(*one, 2, i) == 0);
        for (unsigned i = 0; i < 5; ++i) { // it is looked for in vain
            REQUIRE(ready({one.get()}));
            turn_silent(*one);
        }
        for (const auto i : numbers(1000, 1500)) REQUIRE(send(*one, 2, i) == 0);
        two = open(2);
        CHECK(exchange(*one, *two) == numbers(0, 1500));
        CHECK_FALSE(ready({one.get()}));
    }
    CHECK(one->lost() + one->refused() == 0);
}

TEST_CASE_FIXTURE(World, "a worker that doesn't come back is not waited for longer than patience allows; what waited is counted") {
    const auto one = open(1, 30ms);
    CHECK(send(*one, 2, 1) == 0);
    CHECK(send(*one, 2, 2) == 0);
    settle(*one);
    CHECK(one->lost() == 2);
    CHECK(send(*one, 2, 3) == 0); // this one has the whole of it again
    const auto two = open(2);
    CHECK(exchange(*one, *two) == numbers(3, 4));
    CHECK(one->lost() == 2);
}

TEST_CASE_FIXTURE(World, "what waits for a worker that dies is its successor's, but for what the kernel held for the dead one") {
    const auto one = open(1);
    auto two = open(2);
    for (const auto i : numbers(0, 2000)) REQUIRE(send(*one, 2, i) == 0);
    two = nullptr;
    REQUIRE(ready({one.get()}));
    turn_silent(*one); // the end of it
    two = open(2);
    const auto got = exchange(*one, *two);
    REQUIRE(got.size() > 1000);
    CHECK(got == numbers(got.front(), 2000));
    CHECK(one->lost() + one->refused() == 0);
}

TEST_CASE_FIXTURE(World, "a worker without descriptors takes connections when it has some again, and isn't busy meanwhile") {
    const auto one = open(1), two = open(2), three = open(3);
    for (const auto i : numbers(0, 400)) REQUIRE(send(*one, 2, i) == 0);
    std::vector<std::uint32_t> got;
    const auto turn = [&](Relay& relay) { return relay.turn([&](const auto& header, auto) { got.push_back(header.slot); }); };
    {
        const NoDescriptors none;
        unsigned busy = 0;
        for (unsigned i = 0; i < 1000; ++i) busy += turn(*two);
        CHECK(busy > 0);
        CHECK(busy < 500); // once in 10 ms
        CHECK(send(*one, 3, 0) == 0); // a sender without a descriptor waits as well
        CHECK(got.empty());
    }
    for (const auto slot : exchange(*one, *two)) got.push_back(slot);
    CHECK(got == numbers(0, 400));
    CHECK(exchange(*one, *three) == numbers(0, 1));
}

TEST_CASE_FIXTURE(World, "many workers at once, and one that dies after sending") {
    const auto one = open(1), two = open(2);
    std::vector<std::unique_ptr<Relay>> others;
    for (std::uint32_t i = 10; i < 60; ++i) others.push_back(open(i));
    for (std::uint32_t round = 0; round < 20; ++round)
        for (auto& other : others) REQUIRE(send(*other, 2, round) == 0);
    const auto sent = others.size() * 20;
    others.clear();
    CHECK(exchange(*one, *two).size() == sent);
    CHECK_FALSE(ready({two.get()}));
}

TEST_CASE("a relay whose socket was removed is there again, for who is connected and for who comes later") {
    const World world;
    const auto one = world.open(0), two = world.open(1), late = world.open(2);
    REQUIRE(send(*one, 1, 1) == 0);
    CHECK(exchange(*one, *two) == std::vector<std::uint32_t>{1});
    CHECK(two->renew());
    std::filesystem::remove_all(world.directory);
    CHECK_FALSE(two->renew());
    std::filesystem::create_directory(world.directory);
    CHECK(two->renew());
    REQUIRE(send(*one, 1, 2) == 0);
    REQUIRE(send(*late, 1, 3) == 0);
    CHECK(exchange(*one, *two) == std::vector<std::uint32_t>{2, 3});
}
