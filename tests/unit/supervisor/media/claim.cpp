// SPDX-License-Identifier: Apache-2.0
#include "supervisor/media/claim.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::supervisor::media;

namespace {

Range range(const char* address, std::uint16_t min, std::uint16_t max) { return {*Address::parse(address), min, max}; }

} // namespace

TEST_CASE("ranges overlap on one address only") {
    const auto first = range("192.0.2.1", 30000, 39999);
    CHECK(first.overlaps(range("192.0.2.1", 39999, 40000)));
    CHECK(first.overlaps(range("192.0.2.1", 1024, 30000)));
    CHECK(first.overlaps(range("192.0.2.1", 31000, 31001)));
    CHECK_FALSE(first.overlaps(range("192.0.2.1", 40000, 50000)));
    CHECK_FALSE(first.overlaps(range("192.0.2.2", 30000, 39999)));
}

TEST_CASE("a claim's name says its range") {
    for (const auto& each : {range("192.0.2.1", 30000, 39999), range("2001:db8::1", 1, 65535), range("::1", 5, 5)})
        CHECK(parse_claim(claim_name(each)) == each);
    for (const char* name : {"", "rtpengine-media/", "rtpengine-media/192.0.2.1", "rtpengine-media/192.0.2.1/1",
                             "rtpengine-media/192.0.2.1/5-1", "rtpengine-media/192.0.2.1/1-65536",
                             "rtpengine-media/192.0.2.1/a-b", "rtpengine-media//1-2", "rtpengine-media/-/", "other/::1/1-2"})
        CHECK_FALSE(parse_claim(name));
}

TEST_CASE("whoever comes second is told of both ranges") {
    const auto ours = range("192.0.2.1", 30000, 39999), theirs = range("192.0.2.1", 35000, 45000);
    {
        const auto first = Claim::take({ours, range("2001:db8::1", 30000, 39999)});
        REQUIRE(first);
        for (const auto& late : {Claim::check({theirs}), Claim::check({range("192.0.2.2", 1, 9), ours})})
            REQUIRE_FALSE(late);
        const auto second = Claim::take({theirs});
        REQUIRE_FALSE(second);
        CHECK(second.error().message.find("ports 30000-39999") != std::string::npos);
        CHECK(second.error().message.find("ports 35000-45000") != std::string::npos);
        CHECK(Claim::take({range("192.0.2.1", 40000, 45000)}));
    }
    CHECK(Claim::take({theirs})); // it goes with its holder
}
