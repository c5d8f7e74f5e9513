// SPDX-License-Identifier: Apache-2.0
// Passes of several workers' sockets in one table, some of which were left by workers that were killed.

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/steer.h"
#include "dataplane/io/port_table.h"
#include "dataplane/io/udp_socket.h"

using namespace rtpengine;

namespace {

const Endpoint loopback{*Address::parse("127.0.0.1"), 0};

struct Tables {
    Tables() { REQUIRE(ftruncate(file.get(), STEER_PORTS + STEER_PASSES * sizeof(std::uint64_t)) == 0); }
    io::PortTable table(std::uint8_t owner) { return *io::PortTable::map(Fd(dup(file.get())), 1, owner); }

    const Fd file{memfd_create("passes", MFD_CLOEXEC)};
};

// No socket's: cookies are small numbers.
std::uint64_t strange(std::uint64_t place) { return (std::uint64_t{1} << 40) + place; }

} // namespace

TEST_CASE_FIXTURE(Tables, "a place is one socket's until it takes its pass away") {
    auto one = table(1), other = table(2);
    CHECK(one.lay_pass(7));
    CHECK_FALSE(other.lay_pass(7 + STEER_PASSES));
    CHECK(other.lay_pass(8));
    other.take_pass(7 + STEER_PASSES); // not its own
    CHECK_FALSE(other.lay_pass(7 + STEER_PASSES));
    one.take_pass(7);
    CHECK(other.lay_pass(7 + STEER_PASSES));
}

TEST_CASE_FIXTURE(Tables, "a socket is bound without another one's pass being touched") {
    auto table = this->table(1);
    for (std::uint64_t place = 0; place < STEER_PASSES; place += 2) REQUIRE(table.lay_pass(strange(place)));
    for (int i = 0; i < 100; ++i) CHECK(io::try_udp(loopback, &table));
    for (std::uint64_t place = 0; place < STEER_PASSES; ++place)
        CHECK(table.lay_pass(strange(place) + STEER_PASSES) == (place % 2 == 1)); // none of ours is left either
}

TEST_CASE_FIXTURE(Tables, "what killed workers have left in all places goes as sockets are bound" * doctest::test_suite("kernel")) {
    auto table = this->table(1);
    for (std::uint64_t place = 0; place < STEER_PASSES; ++place) REQUIRE(table.lay_pass(strange(place)));
    CHECK(io::open_udp(loopback, &table));
    CHECK(io::try_udp(loopback, &table));
    unsigned free = 0;
    for (std::uint64_t place = 0; place < STEER_PASSES; ++place) free += table.lay_pass(strange(place) + STEER_PASSES);
    CHECK(free >= 1);
    CHECK(free <= 2);
}
