// SPDX-License-Identifier: Apache-2.0
// Against the kernel, in a network namespace of this process's own.
#include "supervisor/media/reserved_ports.h"

#include <doctest/doctest.h>
#include <fstream>
#include <sched.h>

using namespace rtpengine;
using namespace rtpengine::supervisor::media;

namespace {

constexpr const char* path = "/proc/sys/net/ipv4/ip_local_reserved_ports";

std::string reserved() {
    std::string line;
    std::ifstream file(path);
    std::getline(file, line);
    return line;
}

Range range(std::uint16_t min, std::uint16_t max) { return {*Address::parse("192.0.2.1"), min, max}; }

} // namespace

TEST_CASE("ports that two have, of different addresses, stay reserved when one of them goes") {
    REQUIRE(unshare(CLONE_NEWNET) == 0);
    auto first = std::make_unique<Result<ReservedPorts>>(ReservedPorts::reserve({range(30000, 30999)}));
    auto second = std::make_unique<Result<ReservedPorts>>(ReservedPorts::reserve({range(30000, 30999)}));
    REQUIRE(*first);
    REQUIRE(*second);
    first.reset();
    CHECK(reserved() == "");
    CHECK((*second)->renew());
    CHECK(reserved() == "30000-30999");
    CHECK((*second)->renew()); // nothing is missing
    second.reset();
    CHECK(reserved() == "");
}

TEST_CASE("media ports are reserved as long as they are steered, others stay as they are") {
    REQUIRE(unshare(CLONE_NEWNET) == 0);
    std::ofstream(path) << "8080,35000-36000\n";
    {
        const auto first = ReservedPorts::reserve({range(30000, 39999)});
        REQUIRE(first);
        CHECK(reserved() == "8080,30000-39999");
        const auto second = ReservedPorts::reserve({range(30000, 30001), range(40000, 40001)});
        REQUIRE(second);
        CHECK(reserved() == "8080,30000-40001");
    }
    CHECK(reserved() == "8080,35000-36000");
    std::ofstream(path) << "\n";
    CHECK(ReservedPorts::reserve({range(1000, 1001)}));
    CHECK(reserved().empty());
}
