// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/records.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::dataplane;

TEST_CASE("what was learned survives in a record") {
    const auto record = std::make_unique<state::StreamRecord>();
    flow::Learned learned;
    learned.remote = *Endpoint::parse("[2001:db8::1]:5000");
    learned.source = *Endpoint::parse("[2001:db8::2]:5002");
    learned.confirmed = learned.received = true;
    store_learned(*record, {}, learned);
    const auto loaded = load_learned(*record, 100);
    CHECK(loaded.remote == learned.remote);
    CHECK(loaded.source == learned.source);
    CHECK(loaded.confirmed);
    CHECK(loaded.received);
    CHECK(record->flags.get() == (state::filled | state::confirmed | state::received));
}

TEST_CASE("where a stream's packets may be sent to") {
    const auto record = std::make_unique<state::StreamRecord>();
    flow::Learned learned;
    flow::Rule rule;
    const auto with = [&](const char* remote) {
        learned.remote = remote ? *Endpoint::parse(remote) : Endpoint{};
        store_learned(*record, rule, learned);
        return destination(*record, 5);
    };
    record->id.set(5);
    CHECK(with("192.0.2.1:5000")->str() == "192.0.2.1:5000");
    CHECK_FALSE(destination(*record, 6)); // another stream has the record by now
    CHECK_FALSE(with(nullptr));
    CHECK_FALSE(with("0.0.0.0:5000"));
    CHECK((record->flags.get() & state::filled));
    CHECK_FALSE(with("[::]:5000"));
    CHECK_FALSE(with("192.0.2.1:0"));
    rule.nat_wait = true;
    CHECK_FALSE(with("192.0.2.1:5000"));
    learned.received = true;
    CHECK(with("192.0.2.1:5000"));
}

TEST_CASE("a reset record is all zero but for the count of its changes") {
    const auto record = std::make_unique<state::StreamRecord>();
    std::memset(static_cast<void*>(record.get()), 0x5a, sizeof *record);
    reset(*record);
    record->sequence.set(0);
    // What pads the three endpoints and the end is nobody's.
    const auto* bytes = reinterpret_cast<const unsigned char*>(record.get());
    std::size_t dirty = 0;
    for (std::size_t i = 0; i < sizeof *record; ++i)
        dirty += bytes[i] != 0;
    const auto padding = sizeof(std::uint8_t) + sizeof(std::uint32_t);
    CHECK(dirty <=
          3 * padding + sizeof *record - offsetof(state::StreamRecord, in_kernel) - sizeof(state::Counter));
}

TEST_CASE("there may be holes among the workers' indexes") {
    char directory[] = "/tmp/rtpengine-records-XXXXXX";
    REQUIRE(mkdtemp(directory));
    const std::string own = directory + std::string("/own"), other = directory + std::string("/other");
    for (const auto& path : {own, other})
        REQUIRE(state::Map::create(path, 8));
    state::Map::open_writable(other)->record(3)->id.set(33);
    {
        auto records = Records::open({"", "", own, "", other}, 2);
        REQUIRE(records);
        CHECK(records->exit(4, 3)->id.get() == 33);
        CHECK(records->exit(2, 3) == records->record(3));
        for (const unsigned hole : {0u, 1u, 3u, 5u})
            CHECK(records->exit(hole, 3) == nullptr);
        const auto ids = records->elsewhere();
        REQUIRE(ids);
        CHECK(ids->size() == 1);
        CHECK(ids->contains(33));
        CHECK_FALSE(Records::open({"", own}, 0));
        CHECK_FALSE(Records::open({own}, 1));
        CHECK_FALSE(Records::open({own, other + "-missing"}, 0)->elsewhere());
    }
    std::filesystem::remove_all(directory);
}
