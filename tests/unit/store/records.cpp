// SPDX-License-Identifier: Apache-2.0
// A call that goes into its record and comes out of it is the same call: same record again, same streams in the workers.
#include <doctest/doctest.h>

#include "control/call/each_port.h"
#include "control/call/streams.h"
#include "control/store/reader.h"
#include "tests/unit/call/exchange_fixture.h"

using namespace rtpengine;

namespace {


struct Fixture : call::ExchangeFixture {
    Fixture() {
        call->number = 77;
        call->id = "call";
    }

    void opened() {
        call::for_each_port(*call, [](const call::PortSet&, call::LocalPort& port) { port.told = 99; });
    }
    store::Call record(const call::Call& of) const {
        store::Call made;
        store::write(of, "edge", made);
        return made;
    }
    // As another process would: with pools that nothing was taken from.
    static Result<std::shared_ptr<call::Call>> restored(const store::Call& record, ports::Interfaces& into) {
        return store::read(record, into);
    }
    static std::vector<std::string> streams(call::Call& of) {
        link::Arena arena;
        std::vector<std::string> all;
        std::vector<call::Media*> medias;
        for (const auto& party : of.parties)
            for (const auto& media : party->medias) medias.push_back(media.get());
        for (const auto& [port, stream] : call::desired_streams(medias, [](const auto&) { return state::View(); }, arena))
            all.push_back(stream->SerializeAsString());
        return all;
    }
    void check_round_trip() {
        opened();
        const auto before = record(*call);
        std::mt19937_64 other{9};
        ports::Interfaces fresh(config, {}, other);
        const auto again = restored(before, fresh);
        REQUIRE_MESSAGE(again, (again ? "" : again.error().message));
        CHECK(record(**again).SerializeAsString() == before.SerializeAsString());
        CHECK(streams(**again) == streams(*call));
        call::for_each_port(**again, [](const call::PortSet&, const call::LocalPort& port) { CHECK(port.told != 0); });
    }
};

const std::string audio = "m=audio 4000 RTP/AVP 8 0 101\r\nb=AS:64\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
                          "a=ptime:20\r\na=mid:first\r\na=rtcp-mux\r\na=sendonly\r\n";
const std::string video = "m=video 4002 RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=recvonly\r\n";
const std::string fax = "m=image 4004 udptl t38\r\na=T38FaxVersion:0\r\n";

} // namespace

TEST_CASE_FIXTURE(Fixture, "a call comes back as it was: offered, answered, offered again, answered by another one") {
    offer(call::body("198.51.100.1", audio + video + fax));
    check_round_trip();
    answer(call::body("198.51.100.2", "m=audio 5000 RTP/AVP 8\r\na=mid:first\r\n" + video + "m=image 0 udptl t38\r\n"));
    check_round_trip();
    offer(call::body("198.51.100.1", audio));
    check_round_trip();
    call->blocked = true;
    call->silenced = true;
    call->events_blocked = true;
    call->parties[0]->events_blocked = true;
    call->recording = call::Recording::paused;
    call->forwarding = true;
    call->metadata = "m";
    call->lease = std::chrono::seconds(90);
    call->parties[0]->forwarding = true;
    call->parties[0]->unrecorded = true;
    call->tos = 184;
    call->delete_at = boot_time(9'000);
    call->parties[0]->aliases = {"x"};
    call->parties[0]->alias_keys = {"sdp x", "address y"};
    call->parties[0]->delete_at = boot_time(7'000);
    call->parties[1]->closed = true;
    auto& media = *call->parties[0]->medias[0];
    media.former[0] = {{1, 2, 3}, {4, 5, 6}, boot_time(7)};
    media.rtp.epoch = 9;
    REQUIRE(media.subscriptions.size() == 1);
    media.subscriptions[0].blocked = true;
    media.subscriptions[0].rtcp = false;
    check_round_trip();
    media.subscriptions[0] = {.source = media.subscriptions[0].source, .silenced = true};
    check_round_trip();
}

TEST_CASE_FIXTURE(Fixture, "a bundle comes back, and what packets lose; a record that names no media has no bundle") {
    ng::Flags flags;
    flags.bundle_accept = true;
    flags.extmap_mask = {"urn:example:x"};
    offer(call::body("198.51.100.1", "a=group:BUNDLE a v\r\na=extmap-allow-mixed\r\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
                                     "a=extmap:200 urn:example:x\r\nm=audio 4000 RTP/AVP 0\r\na=mid:a\r\nm=video 4000 RTP/AVP 96\r\na=mid:v\r\n"),
          flags);
    answer(call::body("198.51.100.2", "m=audio 5000 RTP/AVP 0\r\nm=video 5002 RTP/AVP 96\r\n"));
    REQUIRE(this->media("a", 1).bundle == 1);
    REQUIRE(this->media("b").extensions.stripped.test(200));
    this->media("a").twin = sdp::Twin{"RTP/AVP", "0 8", true};
    check_round_trip();
    auto altered = record(*call);
    altered.mutable_parties(0)->mutable_medias(0)->set_bundle(99);
    std::mt19937_64 other{9};
    ports::Interfaces fresh(config, {}, other);
    const auto again = restored(altered, fresh);
    REQUIRE(again);
    CHECK_FALSE(streams(**again).empty());
}

TEST_CASE_FIXTURE(Fixture, "what was said of ICE comes back, with the pairs that were selected") {
    offer(call::body("198.51.100.1", "m=audio 4000 RTP/AVP 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=ice-options:trickle ice2\r\n"
                                     "a=ice-lite\r\na=candidate:1 2 UDP 9 198.51.100.1 4001 typ srflx raddr 10.0.0.1 rport 5\r\n"));
    auto& said = call->parties[0]->medias[0]->connectivity;
    said.selected[1] = {1, *Endpoint::parse("[2001:db8::5]:5")};
    said.lite = true;
    check_round_trip();
    std::mt19937_64 other{9};
    ports::Interfaces fresh(config, {}, other);
    const auto back = restored(record(*call), fresh);
    REQUIRE(back);
    for (std::size_t party : {0u, 1u}) CHECK((*back)->parties[party]->medias[0]->connectivity == call->parties[party]->medias[0]->connectivity);
    CHECK(said.candidates.size() == 1);
    CHECK(said.ice2);
}

TEST_CASE_FIXTURE(Fixture, "keys come back, offered, sent and agreed upon; a record of before has none, and one that isn't ours is refused") {
    const std::string key = "inline:Eh7wsRJ1BrdRwMfnJ2jusGrHZwZJFbu46wyL8wUc";
    offer(call::body("198.51.100.1", "m=audio 4000 RTP/SAVP 8\r\na=crypto:4 AES_CM_128_HMAC_SHA1_32 " + key +
                                         "|1:2;inline:uldRNToxAxJc4XmtvhogOAc/qfgo4rw5pITBuQQE|2:2 UNENCRYPTED_SRTCP\r\n"));
    check_round_trip();
    CHECK(call->parties[1]->medias[0]->keys.sent.size() == 12);
    answer(call::body("198.51.100.2", "m=audio 5000 RTP/SAVP 8\r\na=crypto:11 AES_CM_128_HMAC_SHA1_80 " + key + "\r\n"));
    REQUIRE(media("a").keys.agreed);
    REQUIRE(media("b").keys.agreed);
    check_round_trip();
    const auto saved = record(*call);
    const auto refused = [&](auto change) {
        auto altered = saved;
        change(*altered.mutable_parties(0)->mutable_medias(0)->mutable_keys());
        std::mt19937_64 other{9};
        ports::Interfaces fresh(config, {}, other);
        return !restored(altered, fresh);
    };
    CHECK(refused([](store::Keys& keys) { keys.clear_ours(); }));
    CHECK(refused([](store::Keys& keys) { keys.mutable_theirs()->mutable_srtp()->set_suite("none"); }));
    CHECK(refused([](store::Keys& keys) { keys.mutable_ours()->mutable_srtp()->clear_masters(); }));
    CHECK(refused([](store::Keys& keys) { keys.mutable_offered(0)->mutable_srtp()->mutable_masters(0)->set_key("short"); }));
    CHECK(refused([](store::Keys& keys) { keys.mutable_sent(0)->mutable_srtp()->mutable_masters(0)->set_mki(std::string(129, 'x')); }));
    CHECK_FALSE(refused([](store::Keys& keys) { keys.Clear(); }));
}

TEST_CASE_FIXTURE(Fixture, "a port that was in use is taken, and given back with its call") {
    offer(call::body("198.51.100.1", audio));
    opened();
    const auto saved = record(*call);
    std::mt19937_64 other{9};
    ports::Interfaces fresh(config, {}, other);
    {
        const auto again = restored(saved, fresh);
        REQUIRE(again);
        CHECK(fresh.all()[0]->addresses[0]->pool.used() > 0);
        CHECK_FALSE(restored(saved, fresh)); // the second one doesn't get it
        CHECK(fresh.all()[0]->addresses[0]->pool.used() > 0);
    }
    CHECK(fresh.all()[0]->addresses[0]->pool.used() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a media with as many pairs of ports as a section may have comes back") {
    offer(call::body("198.51.100.1", "m=audio 4000/10 RTP/AVP 8\r\n"));
    REQUIRE(record(*call).parties(0).medias(0).pairs() == 10);
    check_round_trip();
}

TEST_CASE_FIXTURE(Fixture, "a record of version 3 has all parties in it, numbered with gaps; the next one that is written has all of its parts") {
    offer(call::body("198.51.100.1", audio));
    while (call->parties.size() < 2 * store::parties_a_part + 1) call->add_party("t" + std::to_string(call->parties.size()), "", {});
    opened();
    const auto now = record(*call);
    auto before = now;
    before.clear_party_count();
    for (auto& party : *before.mutable_parties()) party.set_number(3 * party.number());
    REQUIRE(store::add_parts({}, before));
    std::mt19937_64 other{9};
    ports::Interfaces fresh(config, {}, other);
    const auto again = restored(before, fresh);
    REQUIRE_MESSAGE(again, (again ? "" : again.error().message));
    CHECK(record(**again).SerializeAsString() == now.SerializeAsString());
    for (std::uint32_t number = 1; number <= store::parts_of(**again); ++number) CHECK(store::part_changed(**again, number));
}

TEST_CASE_FIXTURE(Fixture, "a record of this version whose parts are missing, or too many, is none") {
    offer(call::body("198.51.100.1", audio));
    while (call->parties.size() < store::parties_a_part + 1) call->add_party("t" + std::to_string(call->parties.size()), "", {});
    store::Call first;
    store::write_record(*call, "edge", first);
    store::Part part;
    store::write_part(*call, 1, part);
    const auto refuse = [&](const std::vector<std::string>& parts, std::uint32_t count) {
        auto bad = first;
        bad.set_party_count(count);
        CHECK_FALSE(store::add_parts(parts, bad));
    };
    const auto bytes = part.SerializeAsString();
    refuse({}, 5);
    refuse({bytes, bytes}, 5);
    refuse({bytes}, 0); // version 3 had no parts
    auto good = first;
    CHECK(store::add_parts({bytes}, good));
}

TEST_CASE_FIXTURE(Fixture, "what is not ours any more, or never was, is an error and leaves nothing taken") {
    offer(call::body("198.51.100.1", audio));
    answer(call::body("198.51.100.2", audio));
    opened();
    const auto good = record(*call);
    const auto refuse = [&](const std::string& what, const std::function<void(store::Call&)>& spoil) {
        CAPTURE(what);
        auto bad = good;
        spoil(bad);
        std::mt19937_64 other{9};
        ports::Interfaces fresh(config, {}, other);
        CHECK_FALSE(restored(bad, fresh));
        CHECK(fresh.all()[0]->addresses[0]->pool.used() == 0);
    };
    const auto set = [](store::Call& record) { return record.mutable_parties(1)->mutable_medias(0)->mutable_sets(0); };
    const auto port = [&](store::Call& record) { return set(record)->mutable_addresses(0)->mutable_ports(0); };
    refuse("no number", [](auto& r) { r.set_number(0); });
    refuse("no call-ID", [](auto& r) { r.clear_id(); });
    refuse("another interface", [&](auto& r) { set(r)->set_interface("gone"); });
    refuse("a party's interface", [](auto& r) { r.mutable_parties(0)->set_interface("gone"); });
    refuse("another address", [&](auto& r) { port(r)->mutable_local()->set_address("\x01\x02\x03\x04"); });
    refuse("half an address", [&](auto& r) { port(r)->mutable_local()->set_address("\x01"); });
    refuse("out of range", [&](auto& r) { port(r)->mutable_local()->set_port(29'999); });
    refuse("no port at all", [&](auto& r) { port(r)->mutable_local()->set_port(0); });
    refuse("an id twice", [&](auto& r) { port(r)->set_id(set(r)->addresses(0).ports(1).id()); });
    refuse("no id", [&](auto& r) { port(r)->set_id(0); });
    refuse("a port twice", [&](auto& r) { *port(r)->mutable_local() = set(r)->addresses(0).ports(1).local(); });
    refuse("a set without ports", [&](auto& r) { set(r)->clear_addresses(); });
    refuse("no such set", [](auto& r) { r.mutable_parties(1)->mutable_medias(0)->set_current(9); });
    refuse("no such party", [](auto& r) { r.mutable_parties(1)->add_associations(9); });
    refuse("a media twice", [](auto& r) {
        auto& all = *r.mutable_parties(1)->mutable_medias(0)->mutable_subscriptions();
        *all.Add() = all[0];
    });
    refuse("no such subscription", [](auto& r) { r.mutable_parties(1)->mutable_medias(0)->add_subscribed()->set_place(9); });
    refuse("no such kind of subscription", [](auto& r) { r.mutable_parties(1)->mutable_medias(0)->add_subscribed()->set_kind(9); });
    const auto media = [](store::Call& record) { return record.mutable_parties(1)->mutable_medias(0); };
    refuse("no pair of ports", [&](auto& r) { media(r)->set_pairs(0); });
    refuse("more pairs than a section may have", [&](auto& r) { media(r)->set_pairs(11); });
    refuse("very many pairs", [&](auto& r) { media(r)->set_pairs(UINT32_MAX); });
    refuse("a port of a stream that no section has", [&](auto& r) { port(r)->set_stream(20); });
    refuse("figures of a stream that no section has", [&](auto& r) { media(r)->add_former()->set_stream(20); });
    refuse("more blocks than subscriptions", [&](auto& r) {
        for (int i = 0; i < 2; ++i) *media(r)->add_blocked_sources() = media(r)->subscriptions(0);
    });
    refuse("more kinds than subscriptions", [&](auto& r) {
        for (int i = 0; i < 2; ++i) media(r)->add_subscribed();
    });
    refuse("no such media", [](auto& r) { r.mutable_parties(1)->mutable_medias(0)->add_subscriptions()->set_media(9); });
}
