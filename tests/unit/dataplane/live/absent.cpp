// SPDX-License-Identifier: Apache-2.0
// The address of an interface goes away and comes back.
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "control.h"
#include "host.h"

using namespace rtpengine;
using namespace rtpengine::live;

namespace {

const std::string v4 = "127.0.0.1", v6 = "2001:db8::1";

// Both of them, apart from what the peers use.
void address(const std::string& what, const std::string& of) {
    const auto prefix = of == v6 ? "/128 dev lo nodad" : "/8 dev lo";
    if (what == "add") REQUIRE(std::system(("ip address add " + of + prefix).c_str()) == 0);
    else REQUIRE(std::system(("ip address del " + of + (of == v6 ? "/128" : "/8") + " dev lo").c_str()) == 0);
}

struct Row {
    std::string own, local_a, local_b, a, b;
};

const Row rows[] = {
    {v4, "127.0.0.1:30000", "127.0.0.1:30002", "198.51.100.1:5000", "198.51.100.2:5002"},
    {v6, "[2001:db8::1]:30000", "[2001:db8::1]:30002", "[2001:db8::2]:5000", "[2001:db8::2]:5002"},
};

// The system takes a moment until a new IPv6 address has its route; a phone goes on sending.
bool arrives(const Peer& from, const std::string& to, const Peer& at) {
    for (std::uint16_t i = 0; i < 50; ++i) {
        from.send(to, rtp(i));
        if (at.receive(100)) return true;
    }
    return false;
}

} // namespace

TEST_CASE("a worker that starts while its address is away opens its ports, and media flows when it is back") {
    REQUIRE(enter_namespace());
    REQUIRE(std::system("ip address add 198.51.100.1/32 dev lo; ip address add 198.51.100.2/32 dev lo") == 0);
    for (const auto& row : rows) {
        CAPTURE(row.own);
        const Peer a(row.a), b(row.b);
        auto for_a = stream(1, 0, row.local_a, row.a), for_b = stream(2, 1, row.local_b, row.b);
        join(for_a, for_b);
        Control control({row.own});
        address("del", row.own);
        control.start(0);
        const auto reply = control.sync(0, {for_a, for_b});
        address("add", row.own);
        for (const auto& result : reply.results()) {
            CAPTURE(result.error());
            CHECK(result.outcome() == link::OK);
        }
        CHECK(arrives(a, row.local_a, b));
        CHECK(control.sink(0, 0, 0).out.errors.get() == 0);
        CHECK(control.terminate(0) == 0);
    }
    REQUIRE(std::system("ip address del 198.51.100.1/32 dev lo; ip address del 198.51.100.2/32 dev lo") == 0);
}
