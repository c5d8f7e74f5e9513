// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/relay.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::io;

namespace {

struct Fixture {
    Fixture() { REQUIRE(mkdtemp(directory)); }
    ~Fixture() { std::filesystem::remove_all(directory); }
    std::unique_ptr<Relay> open(std::uint32_t index) {
        auto relay = Relay::open(directory, index);
        REQUIRE(relay);
        return *std::move(relay);
    }
    static int send(Relay& from, std::uint32_t to, unsigned number) {
        const std::string payload = std::to_string(number) + std::string(172, '.');
        return from.send(to, {number + 1, number, 0}, {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()});
    }
    static std::vector<unsigned> received(Relay& relay) {
        std::vector<unsigned> numbers;
        for (int turn = 0; turn < 20; ++turn)
            relay.receive([&](const Relay::Header& header, std::span<const std::uint8_t> payload) {
                CHECK(header.stream == header.slot + 1);
                CHECK(std::string(payload.begin(), payload.end()) == std::to_string(header.slot) + std::string(172, '.'));
                numbers.push_back(header.slot);
            });
        return numbers;
    }
    static std::vector<unsigned> first(unsigned count) {
        std::vector<unsigned> numbers;
        for (unsigned i = 0; i < count; ++i) numbers.push_back(i);
        return numbers;
    }
    char directory[32] = "/tmp/relay-XXXXXX";
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a burst of hundreds of packets arrives whole and in order, though nobody reads meanwhile") {
    const auto from = open(0), to = open(1);
    constexpr unsigned burst = 300; // as many as the memory that a socket has by default holds; ten were the limit
    for (unsigned i = 0; i < burst; ++i) REQUIRE(send(*from, 1, i) == 0);
    CHECK(received(*to) == first(burst));
}

TEST_CASE_FIXTURE(Fixture, "what is too much is refused, and everything before it arrives") {
    const auto from = open(0), to = open(1);
    unsigned sent = 0;
    int code = 0;
    while ((code = send(*from, 1, sent)) == 0) REQUIRE(++sent < 1'000'000);
    CHECK(code == EAGAIN);
    CHECK(sent > 200);
    std::vector<unsigned> got;
    while (got.size() < sent) {
        const auto more = received(*to);
        REQUIRE_FALSE(more.empty());
        got.insert(got.end(), more.begin(), more.end());
    }
    CHECK(got == first(sent));
    CHECK(send(*from, 1, 0) == 0);
}

TEST_CASE_FIXTURE(Fixture, "several senders, a receiver that isn't there, and its successor") {
    const auto a = open(0), b = open(1);
    CHECK(send(*a, 2, 0) != 0);
    auto to = open(2);
    CHECK(send(*a, 2, 0) == 0);
    CHECK(send(*b, 2, 1) == 0);
    CHECK(received(*to).size() == 2);
    to.reset();
    to = open(2);
    CHECK(send(*a, 2, 0) == 0);
    CHECK(send(*b, 2, 1) == 0);
    CHECK(received(*to).size() == 2);
}
