// SPDX-License-Identifier: Apache-2.0
// Workers that die in the middle of a batch, and what their successors find. A worker is its sockets and a mapping of the
// memory; its death is the end of both.
#include "dataplane/io/transit.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <csignal>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "dataplane/io/raw_socket.h"
#include "dataplane/io/steered_socket.h"
#include "dataplane/io/udp_socket.h"

using namespace rtpengine;
using io::Transit;

namespace {

const Address loopback = *Address::parse("127.0.0.1");

Fd socket_of_its_own(Endpoint& local) {
    auto fd = io::open_udp({loopback, 0});
    REQUIRE(fd);
    const int on = 1;
    REQUIRE(setsockopt(fd->get(), IPPROTO_IP, IP_RECVORIGDSTADDR, &on, sizeof on) == 0);
    sockaddr_in address{};
    socklen_t length = sizeof address;
    REQUIRE(getsockname(fd->get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    local = {loopback, ntohs(address.sin_port)};
    return *std::move(fd);
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

using Texts = std::vector<std::string>;

// What waits in a socket.
Texts all_received(int fd) {
    Texts all;
    char text[2048];
    for (ssize_t length; (length = recv(fd, text, sizeof text, MSG_DONTWAIT)) >= 0;)
        all.emplace_back(text, static_cast<std::size_t>(length));
    return all;
}

struct World {
    Fd memory{memfd_create("transit", MFD_CLOEXEC)};
    Endpoint media, peer;
    Fd media_socket = socket_of_its_own(media), peer_socket = socket_of_its_own(peer);

    std::unique_ptr<Transit> transit() const {
        auto opened = Transit::open(duplicate(memory.get()));
        REQUIRE(opened);
        return *std::move(opened);
    }
    void arrive(const Texts& texts) const {
        for (const auto& text : texts)
            REQUIRE(io::send_udp(peer_socket.get(), media, {0xb8, 64}, bytes_of(text)) == 0);
    }
    Texts left(Transit& transit) const {
        io::SteeredSocket socket(duplicate(media_socket.get()), transit.arrivals(0));
        Texts all;
        for (std::size_t i = 0; i < socket.received(); ++i) {
            const auto datagram = socket.datagram(i);
            CHECK(datagram.source == peer);
            CHECK(datagram.destination == media);
            CHECK(datagram.tos == 0xb8);
            all.emplace_back(datagram.bytes.begin(), datagram.bytes.end());
        }
        return all;
    }
    // A worker that receives once and gets as far as `stage`.
    void receive(Transit::Stage stage) const {
        const auto transit = this->transit();
        io::SteeredSocket socket(duplicate(media_socket.get()), transit->arrivals(0));
        socket.clear();
        transit->enter(Transit::Stage::taken);
        socket.receive(io::Arrivals::capacity);
        transit->enter(stage);
    }
};

} // namespace

TEST_SUITE_BEGIN("kernel");

TEST_CASE("what was received and not handled is there for the successor, byte for byte") {
    const World world;
    const std::string longer(io::Arrivals::short_size + 5000, 'l'), empty;
    const Texts sent{"one", empty, longer, "four"};
    world.arrive(sent);
    world.receive(Transit::Stage::taken);
    for (int successor = 0; successor < 2; ++successor) // also for the successor of one that didn't get to it
        CHECK(world.left(*world.transit()) == sent);
}

TEST_CASE("what was handled is not handled again") {
    const World world;
    for (const auto stage : {Transit::Stage::leaving, Transit::Stage::idle}) {
        world.arrive({"one", "two"});
        world.receive(stage);
        CHECK(world.left(*world.transit()).empty());
    }
}

TEST_CASE("a smaller batch after a larger one leaves nothing of that") {
    const World world;
    world.arrive({"one", "two", "three"});
    world.receive(Transit::Stage::taken);
    world.arrive({"four"});
    world.receive(Transit::Stage::taken);
    CHECK(world.left(*world.transit()) == Texts{"four"});
    world.receive(Transit::Stage::taken); // and none
    CHECK(world.left(*world.transit()).empty());
}

namespace {

void add(io::RawSocket& raw, const io::Route& route, const Endpoint& to, const std::string& text) {
    const io::Outgoing next{.route = &route, .to = to, .size = static_cast<std::uint32_t>(text.size())};
    auto* room = raw.reserve(next, text.size());
    REQUIRE(room);
    std::copy(text.begin(), text.end(), room);
    REQUIRE(raw.commit(next) == 0);
}

// A worker that has `texts` to send from 127.0.0.1; `sent` of them are sent, then it dies in `stage`. False: raw sockets
// are not allowed here.
bool queue(const World& world, const Texts& texts, unsigned sent, Transit::Stage stage) {
    const auto transit = world.transit();
    auto& departures = transit->departures(loopback);
    auto raw = io::RawSocket::open(loopback, departures);
    if (!raw && raw.error().code == EPERM) return false;
    REQUIRE(raw);
    const io::Route route{.from = world.media};
    for (const auto& text : texts)
        add(**raw, route, world.peer, text);
    for (unsigned i = 0; i < sent; ++i)
        departures.headers[i].msg_len = static_cast<unsigned>(departures.messages[i].part.iov_len); // as sendmmsg() does
    transit->enter(stage);
    return true;
}

// What its successor sends. `failures`: how many it couldn't.
Texts resumed(const World& world, unsigned& failures) {
    const auto transit = world.transit();
    for (const auto& source : transit->sources()) {
        CHECK(source == loopback);
        auto raw = io::RawSocket::open(source, transit->departures(source));
        REQUIRE(raw);
        (*raw)->flush([&](const io::Outgoing& failed, auto, int) {
            CHECK(failed.route == nullptr);
            ++failures;
        });
    }
    return all_received(world.peer_socket.get());
}

} // namespace

TEST_CASE("what was queued and not sent is sent by the successor, once") {
    const World world;
    unsigned failures = 0;
    for (const unsigned sent : {0U, 1U, 3U}) {
        const Texts texts{"one", "two", "three"};
        if (!queue(world, texts, sent, Transit::Stage::leaving)) return;
        CHECK(resumed(world, failures) == Texts(texts.begin() + sent, texts.end()));
        CHECK(resumed(world, failures).empty());
    }
    CHECK(failures == 0);
}

TEST_CASE("a queue that was only begun is dropped: its packets are handled again") {
    const World world;
    unsigned failures = 0;
    for (const auto stage : {Transit::Stage::taken, Transit::Stage::idle}) {
        if (!queue(world, {"one"}, 0, stage)) return;
        CHECK(resumed(world, failures).empty());
    }
}

TEST_CASE("a datagram that the successor can't send holds up no other") {
    World world;
    unsigned failures = 0;
    const auto peer = world.peer;
    world.peer = *Endpoint::parse("255.255.255.255:9"); // a broadcast: not allowed
    if (!queue(world, {"lost"}, 0, Transit::Stage::taken)) return;
    {
        const auto transit = world.transit(); // both in one queue
        auto raw = io::RawSocket::open(loopback, transit->departures(loopback));
        REQUIRE(raw);
        const io::Route route{.from = world.media};
        add(**raw, route, world.peer, "next");
        add(**raw, route, peer, "next");
        transit->enter(Transit::Stage::leaving);
    }
    CHECK(resumed(world, failures) == Texts{"next"});
    CHECK(failures == 1);
}

TEST_CASE("sources have departures of their own, as many as there are") {
    const World world;
    const auto transit = world.transit();
    std::vector<io::Departures*> all;
    for (unsigned i = 0; i < Transit::max_sources + 2; ++i) {
        auto source = loopback;
        source.bytes[3] = static_cast<std::uint8_t>(i + 1);
        auto* departures = &transit->departures(source);
        CHECK(std::find(all.begin(), all.end(), departures) == all.end());
        CHECK(departures->count == 0);
        CHECK(&transit->departures(source) == departures);
        all.push_back(departures);
    }
    CHECK(transit->sources().empty());
}

TEST_CASE("memory of another version, and memory cut short, begin anew") {
    const World world;
    world.arrive({"one"});
    world.receive(Transit::Stage::taken);
    SUBCASE("another version") {
        const std::uint64_t other = 7;
        REQUIRE(pwrite(world.memory.get(), &other, sizeof other, 0) == sizeof other);
    }
    SUBCASE("cut short") { REQUIRE(ftruncate(world.memory.get(), 0) == 0); }
    CHECK(world.left(*world.transit()).empty());
    world.arrive({"two"});
    world.receive(Transit::Stage::taken);
    CHECK(world.left(*world.transit()) == Texts{"two"});
}

TEST_CASE("memory is there before it is touched, or that is an error") {
    const World world;
    const auto transit = world.transit();
    const auto reserved = [&] {
        struct stat info {};
        REQUIRE(fstat(world.memory.get(), &info) == 0);
        return static_cast<std::size_t>(info.st_blocks) * 512;
    };
    const auto before = reserved();
    CHECK(before >= Transit::max_sockets * sizeof(io::Arrivals::shorts));
    CHECK(before < 1 << 20); // nothing for datagrams that are long
    transit->departures(loopback);
    CHECK(reserved() >= before + sizeof(io::Departures));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlimit none{0, limit.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &none) == 0);
    const bool opened = static_cast<bool>(Transit::open(Fd(memfd_create("full", MFD_CLOEXEC))));
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    std::signal(SIGXFSZ, SIG_DFL);
    CHECK_FALSE(opened);
}

TEST_CASE("without memory that outlives it a worker works as well") {
    const auto transit = Transit::open({});
    REQUIRE(transit);
    CHECK((*transit)->stage() == Transit::Stage::idle);
    CHECK((*transit)->sources().empty());
}

TEST_SUITE_END();
