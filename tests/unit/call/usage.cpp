// SPDX-License-Identifier: Apache-2.0
#include "control/call/usage.h"

#include <map>
#include <memory>

#include "control/call/report.h"
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

// Records by stream id, as workers would write them.
struct Fixture : ExchangeFixture {
    std::map<std::uint64_t, std::unique_ptr<state::StreamRecord>> records;
    StateReader read = [this](const StateKey& key) -> const state::StreamRecord* {
        const auto found = records.find(key.id);
        return found != records.end() ? found->second.get() : nullptr;
    };

    Fixture() {
        offer(body("198.51.100.1", audio(4000)));
        answer(body("192.0.2.1", audio(6000)));
        auto& from_a = record("a", 0);
        from_a.in.packets.set(50);
        from_a.in.bytes.set(8600);
        from_a.in.errors.set(2);
        from_a.flags.set(state::filled | state::confirmed);
        state::store_remote(from_a, *Endpoint::parse("198.51.100.77:4444"));
        from_a.sink_streams[0].set(media("b").current->port(0)->id);
        from_a.sinks[0].packets.set(49);
        from_a.payload_types[0].type_plus_one.set(8 + 1);
        from_a.payload_types[0].packets.set(50);
        from_a.ssrcs[0].ssrc.set(0xabcd);
        from_a.ssrcs[0].packets.set(50);
        record("b", 1).in.packets.set(3);
    }
    state::StreamRecord& record(const char* tag, unsigned stream) {
        auto& made = records[media(tag).current->port(stream)->id];
        if (!made) made = std::make_unique<state::StreamRecord>();
        return *made;
    }
    StreamUsage usage(const char* tag, unsigned stream) {
        return usage_of(media(tag), stream, sent_by_exit(*call, read), read);
    }
};

const ng::Dict& dict(const ng::Dict& in, std::string_view key) { return *in.find(key)->dict(); }
std::int64_t number(const ng::Dict& in, std::string_view key) { return *in.find(key)->number(); }

} // namespace

TEST_CASE_FIXTURE(Fixture, "what a party sent is in its own stream, what it was sent in the senders' sinks") {
    const auto a = usage("a", 0), b = usage("b", 0);
    CHECK(a.in.packets == 50);
    CHECK(a.in.errors == 2);
    CHECK(b.out.packets == 49);
    CHECK(b.in.packets == 0);
    CHECK(a.remote->str() == "198.51.100.77:4444");
    CHECK(a.ssrcs.at(0).ssrc == 0xabcd);
    CHECK(used_codec(media("a"), a) == "PCMA/8000");
    CHECK(used_codec(media("b"), b).empty());
}

TEST_CASE_FIXTURE(Fixture, "figures of former ports and former senders stay") {
    media("a").former[0].in.packets = 7;
    media("b").sets.front()->ports.front()[0].out.packets = 5;
    CHECK(usage("a", 0).in.packets == 57);
    CHECK(usage("b", 0).out.packets == 54);
}

TEST_CASE_FIXTURE(Fixture, "the report of a call adds up, and can be narrowed to a party and its peers") {
    const auto report = call_report(*call, "", read, "full");
    CHECK(dict(report, "tags").size() == 2);
    CHECK(number(dict(dict(report, "totals"), "RTP"), "packets") == 50);
    CHECK(number(dict(dict(report, "totals"), "RTCP"), "packets") == 3);
    CHECK(dict(report, "SSRC").find("43981"));
    CHECK(dict(call_report(*call, "a", read, "full"), "tags").size() == 2);
    const auto unknown = call_report(*call, "nobody", read, "full");
    CHECK(dict(unknown, "tags").empty());
    CHECK(number(dict(dict(unknown, "totals"), "RTP"), "packets") == 0);
}

TEST_CASE_FIXTURE(Fixture, "the global map of SSRCs is there only where it was asked for") {
    CHECK(call_report(*call, "", read, "global").find("SSRC"));
    CHECK_FALSE(call_report(*call, "", read, "inline").find("SSRC"));
    CHECK_FALSE(call_report(*call, "", read, "none").find("SSRC"));
}
