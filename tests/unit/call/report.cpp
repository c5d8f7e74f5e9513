// SPDX-License-Identifier: Apache-2.0
// The flags of media and streams in reports: specification section 8.1.
#include "control/call/report.h"

#include <algorithm>

#include "common/dtls/identity.h"
#include "common/state/writer.h"
#include "control/call/bundle.h"
#include "exchange_fixture.h"
#include "tests/unit/ng/written.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const std::string fingerprint = "a=fingerprint:sha-256 8A:4C:1D:90:3B:77:E2:5F:06:C9:AA:18:D4:63:2E:F1:70:9B:85:3C:DE:41:F7:12:A6:58:0D:CB:94:E3:6F:27\r\n";

std::string secured(const std::string& type, unsigned port, const std::string& more) {
    return "m=" + type + " " + std::to_string(port) + " UDP/TLS/RTP/SAVP " + (type == "audio" ? "0" : "96") + "\r\n" + fingerprint + more;
}

ng::Flags to_plain() {
    ng::Flags flags;
    flags.transport_protocol = "RTP/AVP";
    return flags;
}

// A worker has said so of the first stream.
void establish(Dtls& dtls) {
    auto& keys = dtls.keys[0].keys;
    keys.ours.suite = keys.theirs.suite = srtp::find_suite("AES_CM_128_HMAC_SHA1_80");
    dtls.keys[0].association = dtls.association->number;
}

struct Fixture : ExchangeFixture {
    state::Writer writer = *state::Writer::open(*state::Map::create(1));
    std::uint64_t path = 0; // of every port
    StateReader read = [this](const StateKey&) {
        writer.record(0)->path.set(path);
        return writer.map().stream(0);
    };

    Fixture() {
        certificate = dtls::make_identity({"test"})->certificate;
        REQUIRE(writer.reserve<state::StreamRecord>(1));
        writer.make(0, 1)->id.set(1);
    }
    ng::Dict media_of(const std::string& tag, std::size_t index) {
        const auto report = ng::written([&](ng::Writer& to) { write_report(*call, "", read, "full", to); });
        return *report.find("tags")->dict()->find(tag)->dict()->find("medias")->list()->at(index).dict();
    }
    static bool has(const ng::Dict& of, const std::string& flag) {
        const auto& flags = *of.find("flags")->list();
        return std::ranges::find(flags, ng::Value(flag)) != flags.end();
    }
    bool media_has(const std::string& flag, const std::string& tag = "a", std::size_t index = 0) { return has(media_of(tag, index), flag); }
    bool stream_has(const std::string& flag, unsigned stream, const std::string& tag = "a", std::size_t index = 0) {
        return has(*media_of(tag, index).find("streams")->list()->at(stream).dict(), flag);
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a fingerprint is verified by the handshake of its stream, for its association") {
    offer(body("198.51.100.1", secured("audio", 4000, "a=setup:active\r\n")), to_plain());
    answer(body("192.0.2.1", audio(6000)));
    CHECK(media_has("DTLS-SRTP"));
    CHECK_FALSE(stream_has("DTLS fingerprint verified", 0));
    auto& dtls = media("a").dtls;
    establish(dtls);
    CHECK(stream_has("DTLS fingerprint verified", 0));
    CHECK_FALSE(stream_has("DTLS fingerprint verified", 1));
    ++dtls.keys[0].association; // of another time
    CHECK_FALSE(stream_has("DTLS fingerprint verified", 0));
}

TEST_CASE_FIXTURE(Fixture, "what is bundled has the handshake of its head") {
    const auto mid = [](const char* name) { return "a=rtcp-mux\r\na=setup:active\r\na=mid:" + std::string(name) + "\r\n"; };
    auto flags = to_plain();
    flags.bundle_accept = true;
    offer(body("198.51.100.1", "a=group:BUNDLE a v\r\n" + secured("audio", 4000, mid("a")) + secured("video", 4000, mid("v"))), flags);
    answer(body("192.0.2.1", audio(6000) + "m=video 6002 RTP/AVP 96\r\n"));
    REQUIRE(is_carried(media("a", 1)));
    establish(media("a").dtls);
    for (const std::size_t index : {0, 1}) {
        CHECK(media_has("DTLS-SRTP", "a", index));
        CHECK(media_has("DTLS role passive", "a", index));
        CHECK(stream_has("DTLS fingerprint verified", 0, "a", index));
    }
}

TEST_CASE_FIXTURE(Fixture, "RTCP may come to the RTP port of who has offered to multiplex it") {
    offer(body("198.51.100.1", audio(4000, "a=rtcp-mux\r\n")));
    CHECK(stream_has("fallback RTCP", 0));
    CHECK_FALSE(stream_has("RTCP", 0));
    SUBCASE("they do") {
        answer(body("192.0.2.1", audio(6000, "a=rtcp-mux\r\n")));
        CHECK(stream_has("RTCP", 0));
        CHECK_FALSE(stream_has("fallback RTCP", 0));
    }
    SUBCASE("they don't") {
        answer(body("192.0.2.1", audio(6000)));
        CHECK_FALSE(stream_has("RTCP", 0));
        CHECK(stream_has("fallback RTCP", 0)); // it would be taken
        CHECK_FALSE(stream_has("fallback RTCP", 1));
    }
}

TEST_CASE_FIXTURE(Fixture, "what no kernel can do is told from what it can't yet") {
    offer(body("198.51.100.1", audio(4000)));
    for (const auto& [reason, never] : {std::pair{state::Path::no_table, true}, {state::Path::edited, true}, {state::Path::srtp, true},
                                        {state::Path::kernel, false}, {state::Path::learning, false}, {state::Path::no_packets, false}}) {
        path = static_cast<std::uint64_t>(reason);
        CHECK(stream_has("no kernel support", 0) == never);
    }
    CHECK_FALSE(has(media_of("a", 0), "passthrough"));
}

TEST_CASE_FIXTURE(Fixture, "media that passes through says so on both sides") {
    ng::Flags flags;
    flags.passthrough = ng::Switch::on;
    offer(body("198.51.100.1", audio(4000)), flags);
    answer(body("192.0.2.1", audio(6000)), flags);
    CHECK(media_has("passthrough"));
    CHECK(media_has("passthrough", "b"));
}
