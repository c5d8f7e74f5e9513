// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/records.h"

#include <memory>
#include <unordered_set>

#include <doctest/doctest.h>
#include <fcntl.h>

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

TEST_CASE("there may be holes among the workers' indexes") {
    const auto own = *state::Map::create(8), other = *state::Map::create(8);
    auto writer = *state::Writer::open(duplicate(other.get()));
    REQUIRE(writer.reserve<state::StreamRecord>(1));
    writer.make(3, 33)->id.set(33);
    auto records = Records::open({own.get(), {-1, -1, own.get(), -1, other.get()}}, 2);
    REQUIRE(records);
    CHECK(records->exit(4, 3)->stream(3)->id.get() == 33);
    CHECK(records->exit(2, 3) == &records->writer().map());
    for (const unsigned hole : {0u, 1u, 3u, 5u})
        CHECK(records->exit(hole, 3) == nullptr);
    CHECK(records->exit(4, 8) == nullptr); // no such slot
    CHECK(records->elsewhere() == std::unordered_set<std::uint64_t>{33});
    const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    CHECK_FALSE(Records::open({-1, {-1}}, 0));
    CHECK_FALSE(Records::open({own.get(), {own.get()}}, 1));
    CHECK_FALSE(Records::open({null.get(), {null.get()}}, 0));
    CHECK_FALSE(Records::open({own.get(), {own.get(), null.get()}}, 0));
}

TEST_CASE("who looks whether it could go on touches nothing of what another one is still writing") {
    const auto file = *state::Map::create(8);
    auto records = *Records::open({file.get(), {-1}}, 0);
    REQUIRE(records.prepare(1, 0, 0));
    auto& record = records.make(3, 30);
    record.sinks.set(1 << 24); // in a part of the file that the other one doesn't know yet
    CHECK(Records::readable({file.get(), {-1}}, 0));
    CHECK(record.sinks.get() == 1 << 24);
    const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    CHECK_FALSE(Records::readable({-1, {-1}}, 0));
    CHECK_FALSE(Records::readable({file.get(), {file.get()}}, 1));
    CHECK_FALSE(Records::readable({null.get(), {null.get()}}, 0));
    CHECK_FALSE(Records::readable({file.get(), {file.get(), null.get()}}, 0));
    auto successor = *Records::open({file.get(), {-1}}, 0); // when the other one has gone
    CHECK(record.sinks.get() == 0);
}

TEST_CASE("figures of a closed stream stay for a while, then their memory is used again") {
    const auto file = *state::Map::create(8);
    auto records = *Records::open({file.get(), {-1}}, 0);
    const auto turns = [](Records& of, std::uint32_t number) {
        for (auto turn = 0u; turn < number; ++turn) of.turn();
    };
    const auto open = [&](std::uint32_t slot, std::uint64_t id) {
        REQUIRE(records.prepare(1, 1, 0));
        records.make(slot, id).in.packets.set(id);
        records.record(slot)->id.set(id);
    };
    open(3, 30);
    records.close(3);
    turns(records, Records::kept_turns);
    REQUIRE(records.record(3));
    CHECK(records.record(3)->in.packets.get() == 30);
    CHECK(records.record(3)->owner.get() == 30);
    CHECK_FALSE(records.record(3)->id.get());
    SUBCASE("then it goes") { turns(records, Records::sweep_turns); }
    SUBCASE("a successor gives it the same time") {
        auto successor = *Records::open({file.get(), {-1}}, 0);
        turns(successor, Records::kept_turns);
        CHECK(successor.record(3));
        turns(successor, Records::sweep_turns);
        CHECK_FALSE(successor.record(3));
        return;
    }
    SUBCASE("one that came there meanwhile stays, closed or not") {
        open(3, 31);
        turns(records, Records::sweep_turns);
        REQUIRE(records.record(3));
        CHECK(records.record(3)->id.get() == 31);
        records.close(3);
        turns(records, Records::kept_turns);
        REQUIRE(records.record(3));
        CHECK(records.record(3)->in.packets.get() == 31);
        turns(records, Records::sweep_turns);
    }
    CHECK_FALSE(records.record(3));
}
