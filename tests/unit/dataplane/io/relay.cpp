// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>

using namespace rtpengine;
using io::Relay;

namespace {

// Relays of workers in a runtime directory; what each has been handed.
struct World {
    World() { REQUIRE(mkdtemp(directory.data())); }
    ~World() { std::filesystem::remove_all(directory); }

    std::unique_ptr<Relay> open(std::uint32_t index) {
        auto relay = Relay::open(directory, index);
        REQUIRE(relay);
        return *std::move(relay);
    }

    std::string directory = "/tmp/relay-test-XXXXXX";
};

bool ready(const Relay& relay) {
    pollfd fd{relay.descriptor(), POLLIN, 0};
    return poll(&fd, 1, 0) == 1;
}

int send(Relay& relay, std::uint32_t to, std::uint32_t number, std::size_t size = 172) {
    return relay.send(to, {.stream = number + 1ull, .slot = number, .tos = 184}, std::vector<std::uint8_t>(size, number & 0xff));
}

// Both turn until neither has anything to do. Slots that were received; sizes and contents are checked.
std::vector<std::uint32_t> exchange(Relay& from, Relay& to, std::size_t size = 172) {
    std::vector<std::uint32_t> slots;
    while (ready(from) || ready(to)) {
        from.turn([](const auto&, auto) { FAIL("nobody sent that"); });
        to.turn([&](const Relay::Header& header, std::span<const std::uint8_t> payload) {
            CHECK(header.stream == header.slot + 1ull);
            CHECK(header.tos == 184);
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
        if (ready(*one)) one->turn([](const auto&, auto) {});
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
    exchange(*one, *one);
    CHECK_FALSE(ready(*one));
    CHECK(send(*one, 2, 3) == ECONNREFUSED);
    CHECK(send(*one, 9, 3) == ENOENT);
    two = open(2);
    CHECK(send(*one, 2, 4) == 0);
    CHECK(exchange(*one, *two) == numbers(4, 5));
}

TEST_CASE_FIXTURE(World, "what waits for a worker that dies is its successor's, or is counted as lost") {
    const auto one = open(1);
    auto two = open(2);
    for (const auto i : numbers(0, 2000)) REQUIRE(send(*one, 2, i) == 0);
    two = open(2);
    const auto got = exchange(*one, *two);
    REQUIRE_FALSE(got.empty());
    CHECK(got == numbers(got.front(), 2000)); // what the kernel held for the dead one is gone with it
    CHECK(one->lost() == 0);
    for (const auto i : numbers(0, 2000)) REQUIRE(send(*one, 2, i) == 0);
    two = nullptr;
    exchange(*one, *one);
    CHECK(one->lost() == got.size());
    CHECK_FALSE(ready(*one));
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
    CHECK_FALSE(ready(*two));
}
