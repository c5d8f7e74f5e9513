// SPDX-License-Identifier: Apache-2.0
#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::dtls;

TEST_CASE("a ClientHello is known by its random") {
    Side side;
    side.begin(true, "sha-256", digest("sha-256", side.identity.certificate));
    REQUIRE(side.sent.size() == 1);
    const auto hello = side.sent.front();
    const auto random = client_hello(hello);
    REQUIRE(random);
    CHECK(random->size() == 32);
    CHECK(is_whole(hello));
    auto changed = hello;
    changed[13] = 2; // ServerHello
    CHECK_FALSE(client_hello(changed));
    changed = hello;
    changed[4] = 1; // epoch
    CHECK_FALSE(client_hello(changed));
    changed = hello;
    changed[21] = 1; // a later fragment
    CHECK_FALSE(client_hello(changed));
}

TEST_CASE("what isn't whole records is nothing") {
    const Datagram record{22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7};
    CHECK(is_whole(record));
    for (std::size_t size = 0; size < record.size(); ++size) CHECK_FALSE(is_whole(Bytes(record).first(size)));
    auto two = record;
    two.insert(two.end(), record.begin(), record.end());
    CHECK(is_whole(two));
    two.push_back(22);
    CHECK_FALSE(is_whole(two));
    auto tls = record;
    tls[1] = 3;
    CHECK_FALSE(is_whole(tls));
}
