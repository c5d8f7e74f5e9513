// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/elsewhere.h"

#include <array>
#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "dataplane/worker/lending.h"
#include "dataplane/worker/protection.h"
#include "dataplane/worker/records.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;

namespace {

srtp::Parameters keys() {
    srtp::Parameters made;
    made.suite = srtp::find_suite("AEAD_AES_128_GCM");
    made.master.key.make(made.suite->key);
    made.master.salt.make(made.suite->salt);
    return made;
}

// Workers that send under the same keys.
struct World {
    std::array<Fd, 2> files{*state::Map::create(16), *state::Map::create(16)};
    std::array<Records, 2> records{open(0), open(1)};

    Records open(std::uint32_t own) {
        return *Records::open({.own = files[own].get(), .others = {files[0].get(), files[1].get()}}, own);
    }
};

struct Sender {
    std::shared_ptr<Protection> keys = std::make_shared<Protection>(*KeySets().of({::keys()}));
    state::StreamRecord* record;
    state::SinkRecord* sink;

    Sender(Records& records, std::uint32_t slot) {
        REQUIRE(records.prepare(1, 1, 1));
        record = &records.make(slot, 100 + slot);
        sink = records.writer().take<state::SinkRecord>(100 + slot);
        state::lead(record, record->sinks, sink);
        keys->send(records.writer(), records.sent_elsewhere(), sink, sink->protection);
        record->id.set(100 + slot);
    }
    srtp::Fault send(std::uint32_t ssrc, std::uint16_t sequence) {
        std::array<std::uint8_t, 40> packet{0x80, 0, static_cast<std::uint8_t>(sequence >> 8), static_cast<std::uint8_t>(sequence)};
        for (unsigned i = 0; i < 4; ++i) packet[8 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
        std::array<std::uint8_t, 80> room;
        return keys->protect(srtp::Half::rtp, {}, packet, room).fault;
    }
    bool known(std::uint32_t ssrc) const { return keys->find(ssrc); }
};

} // namespace

TEST_CASE("of two workers that begin the same SSRC at the same time one does at most, and who has it keeps it") {
    World world;
    Sender senders[] = {{world.records[0], 0}, {world.records[1], 0}};
    constexpr std::uint32_t last = 30; // an SSRC each
    std::atomic<unsigned> ready[last + 1] = {};
    bool begun[2][last + 1] = {};
    const auto run = [&](unsigned who) {
        for (std::uint32_t ssrc = 1; ssrc <= last; ++ssrc) {
            ++ready[ssrc];
            while (ready[ssrc] < 2) {}
            for (unsigned again = 0; again < 50 && !begun[who][ssrc]; ++again)
                begun[who][ssrc] = senders[who].send(ssrc, 1) == srtp::Fault::none;
        }
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    for (std::uint32_t ssrc = 1; ssrc <= last; ++ssrc) {
        CHECK_FALSE((begun[0][ssrc] && begun[1][ssrc]));
        if (!begun[0][ssrc] && !begun[1][ssrc]) CHECK(senders[1].send(ssrc, 1) == srtp::Fault::none); // both have stepped back
        const bool second = senders[1].known(ssrc);
        CHECK(senders[second].send(ssrc, 2) == srtp::Fault::none);
        CHECK(senders[!second].send(ssrc, 3) == srtp::Fault::elsewhere);
    }
}

TEST_CASE("what one stream has lent to the kernel another can't take back, nor lend") {
    World world;
    auto& records = world.records[0];
    Sender first(records, 0), second(records, 1);
    REQUIRE(first.send(7, 1) == srtp::Fault::none);
    REQUIRE(second.send(8, 1) == srtp::Fault::none);
    auto& source = *first.keys->find(7);
    CHECK(&source == second.keys->find(7));
    srtp::lend(source, 34, first.record->owner.get());
    CHECK(has_lent(*first.record));
    CHECK_FALSE(has_lent(*second.record));
    take_back(*second.record);
    CHECK(second.send(7, 40) == srtp::Fault::lent);
    CHECK(second.send(7, 2) == srtp::Fault::none);
    CHECK(second.send(8, 2) == srtp::Fault::none);

    const LentToSend lent(*first.record);
    records.writer().leave_sent(first.sink, first.sink->protection); // its rule isn't collected yet
    offload::State final;
    final.destinations.push_back({});
    final.destinations[0].stream = first.sink->stream.get();
    final.destinations[0].send.push_back({7, {50, {1, 0}}});
    lent.book_used(final, {});
    CHECK(second.send(7, 51) == srtp::Fault::lent);
    lent.take_back();
    CHECK(second.send(7, 50) == srtp::Fault::repeated);
    CHECK(second.send(7, 51) == srtp::Fault::none);
}
