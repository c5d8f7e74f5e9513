// SPDX-License-Identifier: Apache-2.0
#include "control/call/usage.h"

#include <algorithm>
#include <map>

#include "common/state/writer.h"
#include "control/call/report.h"
#include "exchange_fixture.h"
#include "tests/unit/ng/written.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

// Records by stream id, as workers would write them.
struct Fixture : ExchangeFixture {
    state::Writer writer = *state::Writer::open(*state::Map::create(16));
    std::map<std::uint64_t, std::uint32_t> slots;
    StateReader read = [this](const StateKey& key) {
        const auto found = slots.find(key.id);
        return found != slots.end() ? writer.map().stream(found->second) : state::View();
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
        auto& sink = *part<state::SinkRecord>(from_a, from_a.sinks);
        sink.stream.set(media("b").current->port(0)->id);
        sink.out.packets.set(49);
        from_a.type_list.types[0].type_plus_one.set(8 + 1);
        from_a.type_list.types[0].packets.set(50);
        from_a.source_list.ssrc.set(0xabcd);
        from_a.source_list.packets.set(50);
        record("b", 1).in.packets.set(3);
    }
    state::StreamRecord& record(const char* tag, unsigned stream) {
        const auto id = media(tag).current->port(stream)->id;
        REQUIRE(writer.reserve<state::StreamRecord>(1));
        if (const auto [place, made] = slots.try_emplace(id, static_cast<std::uint32_t>(slots.size())); made)
            writer.make(place->second, id)->id.set(id);
        return *writer.record(slots.at(id));
    }
    template <class T> T* part(state::StreamRecord& of, state::Link& link) {
        REQUIRE(writer.reserve<T>(1));
        auto* made = writer.take<T>(of.owner.get());
        state::lead(&of, link, made);
        return made;
    }
    ng::Dict report_of(std::string_view tag, std::string_view reporting) {
        return ng::written([&](ng::Writer& to) { write_report(*call, tag, read, reporting, to); });
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

TEST_CASE_FIXTURE(Fixture, "what the kernel forwarded is counted with the rest and can be told apart") {
    auto& from_a = record("a", 0);
    from_a.last_packet_us.set(5'000'000);
    from_a.path.set(static_cast<std::uint64_t>(state::Path::kernel));
    auto& kernel = *part<state::KernelRecord>(from_a, from_a.kernel);
    kernel.in.total.packets.set(1000);
    kernel.in.total.errors.set(1);
    state::follow<state::SinkRecord>(&from_a, from_a.sinks)->kernel.total.packets.set(999);
    kernel.last_packet_us.set(9'000'000);
    from_a.flags.set(state::filled | state::confirmed | state::received);
    const auto a = usage("a", 0);
    CHECK(a.in.packets == 1050);
    CHECK(a.in.errors == 3);
    CHECK(a.kernel_in.packets == 1000);
    CHECK(usage("b", 0).out.packets == 1048);
    CHECK(a.last_packet == boot_time(9'000'000));
    CHECK(a.in_kernel());
    CHECK_FALSE(usage("b", 0).in_kernel());

    const auto report = report_of("", "full");
    const auto& medias = *dict(dict(report, "tags"), "a").find("medias")->list();
    const auto& stream = *medias[0].dict()->find("streams")->list()->at(0).dict();
    CHECK(number(stream, "last packet") == shown_s(boot_time(9'000'000)));
    CHECK(number(stream, "last kernel packet") == shown_s(boot_time(9'000'000)));
    CHECK(number(stream, "last user packet") == shown_s(boot_time(5'000'000)));
    const auto& flags = *stream.find("flags")->list();
    CHECK(std::find(flags.begin(), flags.end(), ng::Value("kernelized")) != flags.end());
}

TEST_CASE_FIXTURE(Fixture, "a media is in the kernel, in userspace or in both") {
    CHECK(path_of(media("a"), read) == MediaPath::userspace);
    const auto in_kernel = static_cast<std::uint64_t>(state::Path::kernel);
    record("a", 0).flags.set(state::received);
    record("a", 0).path.set(in_kernel);
    CHECK(path_of(media("a"), read) == MediaPath::kernel); // nothing came to the RTCP port
    record("a", 1).flags.set(state::received);
    CHECK(path_of(media("a"), read) == MediaPath::mixed);
    record("a", 1).path.set(in_kernel);
    CHECK(path_of(media("a"), read) == MediaPath::kernel);
}

TEST_CASE_FIXTURE(Fixture, "figures of former ports and former senders stay") {
    media("a").former[0].in.packets = 7;
    media("b").sets.front()->ports.front()[0].out.packets = 5;
    CHECK(usage("a", 0).in.packets == 57);
    CHECK(usage("b", 0).out.packets == 54);
}

TEST_CASE_FIXTURE(Fixture, "the report of a call adds up, and can be narrowed to a party and its peers") {
    const auto report = report_of("", "full");
    CHECK(dict(report, "tags").size() == 2);
    CHECK(number(dict(dict(report, "totals"), "RTP"), "packets") == 50);
    CHECK(number(dict(dict(report, "totals"), "RTCP"), "packets") == 3);
    CHECK(dict(report, "SSRC").find("43981"));
    CHECK(dict(report_of("a", "full"), "tags").size() == 2);
    const auto unknown = report_of("nobody", "full");
    CHECK(dict(unknown, "tags").empty());
    CHECK(number(dict(dict(unknown, "totals"), "RTP"), "packets") == 0);
}

TEST_CASE_FIXTURE(Fixture, "the global map of SSRCs is there only where it was asked for") {
    CHECK(report_of("", "global").find("SSRC"));
    CHECK_FALSE(report_of("", "inline").find("SSRC"));
    CHECK_FALSE(report_of("", "none").find("SSRC"));
}
