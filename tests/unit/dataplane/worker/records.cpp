// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/records.h"

#include <cstring>
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
