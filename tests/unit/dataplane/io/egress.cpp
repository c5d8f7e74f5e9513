// SPDX-License-Identifier: Apache-2.0
// What leaves, whereby, and what is counted: with ports and a sender that write down what they are given.
#include "dataplane/io/egress.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "no_ports.h"

using namespace rtpengine;

namespace {

using Texts = std::vector<std::string>;

std::string text_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }
std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The way that everything has taken, in its order.
struct Log {
    Texts left;
};

class Ports final : public test::NoPorts {
  public:
    explicit Ports(Log& log) : log_(log) {}
    int send(std::uint32_t slot, const Endpoint&, io::Marking marking, std::span<const std::uint8_t> payload) override {
        ttl = marking.ttl;
        if (!error) log_.left.push_back("port " + std::to_string(slot) + " " + text_of(payload));
        return error;
    }

    int error = 0;
    unsigned ttl = 0;

  private:
    Log& log_;
};

// A batch of two.
class Way final : public io::Sender {
  public:
    explicit Way(Log& log) : log_(log) {}
    std::uint8_t* reserve(const io::Outgoing&, std::size_t size) override {
        return count_ < 2 && size <= sizeof batch_[0] ? batch_[count_] : nullptr;
    }
    int commit(const io::Outgoing& next) override {
        waiting_[count_++] = next;
        return 0;
    }
    bool empty() const override { return count_ == 0; }
    void flush(const Failed& failed) override {
        for (unsigned i = 0; i < count_; ++i) {
            const std::span<const std::uint8_t> payload{batch_[i], waiting_[i].size};
            error ? failed(waiting_[i], payload, error) : log_.left.push_back("way " + text_of(payload));
        }
        count_ = 0;
    }
    bool has(const std::uint8_t* at) const { return at >= batch_[0] && at < batch_[2]; }

    int error = 0;

  private:
    Log& log_;
    std::uint8_t batch_[3][16];
    io::Outgoing waiting_[2];
    unsigned count_ = 0;
};

struct World {
    Log log;
    Ports ports{log};
    Way way{log};
    std::unique_ptr<io::Transit> transit = *io::Transit::open({});
    state::Traffic totals, sink;
    state::Turns turns;
    io::Egress egress{ports, nullptr, *transit, 3, totals, turns};
    const Endpoint from = *Endpoint::parse("192.0.2.1:4000"), to = *Endpoint::parse("198.51.100.9:5000");
    io::Route route{.from = from, .worker = 3, .slot = 7, .sender = &way, .counters = &sink};
    unsigned left = 9; // not 0: a successor would handle it

    io::Packet packet(const std::string& text) { return {1, 0, 0, to, bytes_of(text), &left}; }
    void send(const std::string& text) { egress.send(route, to, packet(text)); }
    // Packets, bytes, errors.
    std::vector<std::uint64_t> counted() const {
        for (const auto* traffic : {&totals, &sink})
            CHECK(traffic->packets.get() + traffic->errors.get() == totals.packets.get() + totals.errors.get());
        return {sink.packets.get(), sink.bytes.get(), sink.errors.get()};
    }
    using Counts = std::vector<std::uint64_t>;
};

} // namespace

TEST_CASE_FIXTURE(World, "what is to leave is written where it leaves from, as much as is committed") {
    const std::string text = "cause";
    const auto cause = packet(text);
    const auto room = egress.reserve(route, to, &cause, 12);
    REQUIRE(room.size() == 12);
    CHECK(way.has(room.data()));
    std::copy_n("protected", 9, room.data());
    CHECK(counted() == Counts{0, 0, 0});
    egress.commit(7);
    CHECK(counted() == Counts{1, 7, 0}); // before it leaves
    CHECK(log.left.empty());
    way.flush([](auto&&...) { FAIL("nothing fails"); });
    CHECK(log.left == Texts{"way protect"});
}

TEST_CASE_FIXTURE(World, "what is reserved and not committed doesn't leave, and its room is the next one's") {
    const auto* room = egress.reserve(route, to, nullptr, 4).data();
    CHECK(egress.reserve(route, to, nullptr, 4).data() == room);
    egress.flush();
    way.flush([](auto&&...) {});
    CHECK(log.left.empty());
    CHECK(counted() == Counts{0, 0, 0});
}

TEST_CASE_FIXTURE(World, "a full batch leaves, and what is too long leaves behind what came before it") {
    for (const std::string text : {"one", "two", "three", "longer than sixteen", "five", ""}) send(text);
    CHECK(log.left == Texts{"way one", "way two", "way three", "port 7 longer than sixteen"});
    CHECK(left == 0); // the last of these has left: no successor may send it again
    way.flush([](auto&&...) {});
    CHECK(log.left.size() == 6);
    CHECK(log.left.back() == "way ");
    CHECK(counted() == Counts{6, 3 + 3 + 5 + 19 + 4, 0});
}

TEST_CASE_FIXTURE(World, "what a way refuses as too long goes by the port, from where it lies") {
    way.error = EMSGSIZE;
    std::string text = "first";
    send(text);
    text = "XXXXX"; // whoever received it receives the next one
    send("second");
    send("third"); // the batch is full: it leaves
    CHECK(log.left == Texts{"port 7 first", "port 7 second"});
    CHECK(left == 0);
    CHECK(counted() == Counts{3, 5 + 6 + 5, 0});
}

TEST_CASE_FIXTURE(World, "what can't be sent at all is an error at its sink") {
    way.error = EMSGSIZE;
    ports.error = EHOSTUNREACH;
    for (const std::string text : {"one", "two", "three"}) send(text);
    CHECK(counted() == Counts{1, 5, 2}); // the third waits
    route.sender = nullptr;
    send("four");
    CHECK(counted() == Counts{1, 5, 3});
    route.worker = 4; // another one's, and there is no relay
    ports.error = 0;
    send("five");
    CHECK(counted() == Counts{1, 5, 4});
    CHECK(log.left.empty());
}

TEST_CASE_FIXTURE(World, "what is our own is counted nowhere, whatever becomes of it") {
    for (const int error : {0, EHOSTUNREACH, EMSGSIZE}) {
        way.error = error;
        for (int i = 0; i < 3; ++i) {
            std::copy_n("own", 3, egress.reserve(route, to, nullptr, 3).data());
            egress.commit(3);
        }
    }
    CHECK(counted() == Counts{0, 0, 0});
}

TEST_CASE_FIXTURE(World, "what has gone round too often is an error, and nothing of it leaves") {
    route.sender = nullptr;
    const Endpoint own = *Endpoint::parse("127.0.0.1:5000"); // of this host
    const std::string text = "round";
    auto cause = packet(text);
    cause.ttl = 2;
    egress.send(route, own, cause);
    CHECK(ports.ttl == 1);
    cause.ttl = 1;
    egress.send(route, own, cause);
    CHECK(log.left == Texts{"port 7 round"});
    CHECK(counted() == Counts{1, 5, 1});
}

TEST_CASE_FIXTURE(World, "a datagram of our own that leaves while arrivals wait to be handled takes nothing from a successor") {
    for (const auto stage : {io::Transit::Stage::idle, io::Transit::Stage::taken}) {
        transit->enter(stage);
        egress.reserve(route, to, nullptr, 3);
        egress.commit(3);
        egress.flush();
        CHECK(transit->stage() == stage);
    }
    egress.end_batch();
    CHECK(transit->stage() == io::Transit::Stage::idle);
}
