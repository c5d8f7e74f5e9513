// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/waiting.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../../failing_new.h"
#include "../timing/fake_clock.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;

namespace {

struct Fixture {
    test::FakeClock clock;
    timing::Wheel wheel{clock};
    unsigned looks = 0;
    std::vector<std::uint32_t> impatient; // slots, at the latest look
    Waiting waiting{wheel, [this] { look(); }};
    static constexpr std::uint32_t more = Waiting::capacity, most = more + 1; // slots
    LineHandle lines[most + 1]; // by slot

    void look() {
        ++looks;
        impatient.clear();
        waiting.each([this](std::uint32_t slot) {
            if (!lines[slot]->patient()) impatient.push_back(slot);
        });
    }
    bool add(std::uint32_t slot, std::string text, unsigned* left = nullptr) {
        const io::Packet packet{slot, 0, 0, {}, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, left};
        const bool added = waiting.add(lines[slot], packet);
        std::fill(text.begin(), text.end(), '!'); // the batch's bytes are others by now
        return added;
    }
    static std::string pop(LineHandle& line) {
        const auto packet = line->pop();
        return {(*packet)->bytes.begin(), (*packet)->bytes.end()};
    }
    static std::vector<std::string> all(LineHandle line) {
        std::vector<std::string> texts;
        while (!line->empty()) texts.push_back(pop(line));
        return texts;
    }
    void pass(std::uint64_t ms) { clock.pass(wheel, ms); }
};

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(Fixture, "packets wait with bytes of their own, in the order of their stream") {
    CHECK_FALSE(waiting.any());
    unsigned left = 1;
    CHECK(add(3, "one", &left));
    CHECK(add(4, "other"));
    CHECK(add(3, "two"));
    CHECK(add(3, ""));
    CHECK(waiting.any());
    const auto packet = lines[4]->pop();
    CHECK((*packet)->slot == 4);
    CHECK((*packet)->left == nullptr);
    CHECK(all(std::move(lines[3])) == Texts{"one", "two", ""});
}

TEST_CASE_FIXTURE(Fixture, "somebody looks every millisecond while there are some, and never else") {
    pass(100);
    CHECK(looks == 0);
    add(1, "x");
    pass(10);
    CHECK(looks == 10);
    lines[1].reset();
    pass(10);
    CHECK(looks <= 11);
    CHECK_FALSE(clock.wake);
    CHECK_FALSE(waiting.any());
}

TEST_CASE_FIXTURE(Fixture, "that more packets come delays no look") {
    add(1, "x");
    for (int i = 0; i < 20; ++i) {
        pass(i % 2);
        add(2, "y");
    }
    CHECK(looks >= 10);
}

TEST_CASE_FIXTURE(Fixture, "each stream is patient for half a second from its first packet on") {
    add(1, "x");
    pass(300);
    add(2, "y");
    add(1, "z");
    pass(199);
    CHECK(impatient.empty());
    pass(1);
    CHECK(impatient == std::vector<std::uint32_t>{1});
    lines[1].reset();
    pass(299);
    CHECK(impatient.empty());
    pass(1);
    CHECK(impatient == std::vector<std::uint32_t>{2});
}

TEST_CASE_FIXTURE(Fixture, "a stream that sends much loses its own first ones, not those of others") {
    add(1, "innocent");
    for (unsigned i = 0; i < 1000; ++i) CHECK(add(2, std::to_string(i)));
    CHECK(all(std::move(lines[1])) == Texts{"innocent"});
    const auto texts = all(std::move(lines[2]));
    CHECK(texts.size() == Line::longest);
    CHECK(texts.front() == std::to_string(1000 - Line::longest));
    CHECK(texts.back() == "999");
}

TEST_CASE_FIXTURE(Fixture, "where there is no room a new stream's packets don't wait, and those that wait go on in their order") {
    for (std::uint32_t slot = 0; slot < Waiting::capacity; ++slot) CHECK(add(slot, "first"));
    CHECK_FALSE(add(more, "x"));
    CHECK_FALSE(lines[more]);
    CHECK(add(5, "second"));
    CHECK(all(std::move(lines[5])) == Texts{"second"});
    CHECK(add(more, "y"));
    CHECK_FALSE(add(most, "z"));
    CHECK(all(std::move(lines[more])) == Texts{"y"});
}

TEST_CASE_FIXTURE(Fixture, "who closes a stream drops its packets, and their places are free") {
    for (int round = 0; round < 10; ++round) {
        for (std::uint32_t slot = 0; slot < Waiting::capacity; ++slot) REQUIRE(add(slot, "x"));
        for (auto& line : lines) line = {};
    }
    CHECK_FALSE(waiting.any());
    pass(2000);
    CHECK(impatient.empty());
    CHECK(wheel.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "nothing takes memory: the pool has it from the start") {
    std::uint8_t bytes[io::OwnedPacket::capacity] = {};
    impatient.reserve(80);
    test::allocations_left = 1'000'000;
    for (unsigned i = 0; i < 10'000; ++i) {
        const auto slot = i * 7 % 80;
        waiting.add(lines[slot], {slot, 0, 0, {}, {bytes, i % sizeof bytes}, nullptr});
        if (i % 3 == 0) pass(1);
        if (i % 5 == 0) lines[i * 11 % 80].reset();
    }
    const auto taken = 1'000'000 - std::exchange(test::allocations_left, 0);
    CHECK(taken == 0);
}

TEST_CASE_FIXTURE(Fixture, "what is too long doesn't wait") {
    CHECK(add(1, std::string(io::OwnedPacket::capacity, 'x')));
    CHECK_FALSE(add(1, std::string(io::OwnedPacket::capacity + 1, 'x')));
    CHECK(all(std::move(lines[1])).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "each stream may end its line while all are visited") {
    for (std::uint32_t slot = 0; slot < 10; ++slot) add(slot, "x");
    std::vector<std::uint32_t> visited;
    waiting.each([&](std::uint32_t slot) {
        visited.push_back(slot);
        if (slot % 3) lines[slot].reset();
    });
    CHECK(visited.size() == 10);
    visited.clear();
    waiting.each([&](std::uint32_t slot) { visited.push_back(slot); });
    CHECK(visited.size() == 4);
}
