// SPDX-License-Identifier: Apache-2.0
// What values of keys and flags mean (specification sections 1.3, 3.2 - 3.5, 3.7).
#include "control/ng/flags.h"

#include <doctest/doctest.h>

#include "common/ng/bencode.h"
#include "common/ng/json.h"

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

using Strings = std::vector<std::string>;

Flags json(const char* text, const char* command = "offer", const FlagDefaults& defaults = {}) {
    const auto dict = decode_json(text);
    REQUIRE(dict);
    auto flags = parse_flags(command, *dict, defaults);
    REQUIRE(flags);
    return *flags;
}

Flags words(std::initializer_list<const char*> list, const char* command = "offer",
            const FlagDefaults& defaults = {}) {
    List members;
    for (const char* word : list)
        members.emplace_back(word);
    Dict request;
    request.add("flags", std::move(members));
    return *parse_flags(command, request, defaults);
}

} // namespace

TEST_CASE("defaults come from the configuration") {
    FlagDefaults defaults;
    defaults.sip_source = true;
    defaults.learning = Learning::delayed;
    const auto flags = json("{}", "offer", defaults);
    CHECK(flags.sip_source_address);
    CHECK(flags.learning == Learning::delayed);
    CHECK(flags.tos == 256);
    CHECK(flags.delete_delay == -1);
    CHECK_FALSE(json(R"({"flags":["trust-address"]})", "offer", defaults).sip_source_address);
    CHECK(json(R"({"flags":["trust-address","SIP source address"]})").sip_source_address);
}

TEST_CASE("numbers, in both dialects") {
    CHECK(json(R"({"TOS":184,"ptime":"0x14"})").tos == 184);
    CHECK(json(R"({"TOS":184,"ptime":"0x14"})").ptime == 20);
    CHECK(json(R"({"TOS":99999999999})").tos == 2147483647);
    CHECK(json(R"({"TOS":[1]})").tos == 256);
    CHECK(parse_flags("answer", *decode_bencode("d12:delete delay1:5e"), {})->delete_delay == 5);
    CHECK(parse_flags("delete", *decode_bencode("d12:delete delay2:5xe"), {})->delete_delay == -1);
}

TEST_CASE("lists accumulate, the last scalar wins") {
    const auto dict = decode_bencode("d5:label1:a5:label1:b5:flagsl5:debuge5:flagsl8:fragmentee");
    const auto flags = parse_flags("offer", *dict, {});
    CHECK(flags->label == "b");
    CHECK(flags->debug);
    CHECK(flags->fragment);
}

TEST_CASE("a comma-separated string is a list, but not for direction") {
    CHECK(json(R"({"flags":"fragment,debug"})").fragment);
    CHECK(json(R"({"replace":"origin,session-name"})").replace_session_name);
    CHECK(json(R"({"direction":"a,b"})").direction.empty());
    CHECK(json(R"({"direction":["a","b","c"]})").direction == Strings{"a", "b"});
    CHECK(json(R"({"to-interface":"b"})").direction == Strings{"", "b"});
    CHECK(json(R"({"from-interface":"a","to interface":"b"})").direction == Strings{"a", "b"});
}

TEST_CASE("unknown keys, words and values are ignored") {
    CHECK(
        json(R"({"nonsense":{"a":[1]},"more":7,"flags":["no-such-flag",3],"replace":["no-such"],"ICE":"maybe",
                   "address family":"IP5","transport protocol":"SCTP","media address":"host","codec":{"no":["x"]},
                   "rtcp-mux":["x"],"bundle":["x"],"DTLS":"x","SDES":"x","OSRTP":"x","T.38":"x","extmap":{"x":["y"]},
                   "all":"some","record call":"maybe","from-tag":7,"sdp":[]})") == json("{}"));
}

TEST_CASE("ICE: the last of the members that exclude each other wins") {
    const auto flags = json(R"({"ICE":["remove","force","trickle","lite-fwd","ICE2"]})");
    CHECK(flags.ice == IceOption::force);
    CHECK(flags.trickle_ice);
    CHECK(flags.ice2);
    CHECK(flags.ice_lite == IceLite::forward);
    CHECK(json(R"({"ICE":"force_relay"})").ice == IceOption::force_relay);
    CHECK(json(R"({"ICE lite":"backward"})").ice_lite == IceLite::backward);
}

TEST_CASE("members that include others") {
    const auto mux = json(R"({"rtcp-mux":["require"]})");
    CHECK((mux.mux_offer && mux.mux_require));
    const auto bundle = json(R"({"bundle":["strict"]})");
    CHECK((bundle.bundle_offer && bundle.bundle_require && bundle.bundle_strict && bundle.generate_mid));
    CHECK_FALSE(json(R"({"bundle":["offer"]})").bundle_require);
}

TEST_CASE("combinations that exclude each other") {
    CHECK_FALSE(json(R"({"rtcp-mux":["demux","offer"]})").mux_demux);
    CHECK(json(R"({"rtcp-mux":["demux"]})").mux_demux);
    CHECK_FALSE(words({"no-port-latching", "port-latching"}).no_port_latching);
    CHECK(words({"passthrough", "no-passthrough"}).passthrough == Switch::on);
    CHECK(words({"no-passthrough", "passthrough"}).passthrough == Switch::on);
    CHECK(words({"no-passthrough"}).passthrough == Switch::off);
    CHECK(json(R"({"generate RTCP":"off","flags":["generate-RTCP"]})").generate_rtcp == Switch::on);
    CHECK(json(R"({"drop-traffic":"start","drop_traffic":"stop"})").drop_traffic == DropTraffic::start);
}

TEST_CASE("WebRTC is evaluated in its place") {
    const auto flags = json(R"({"transport-protocol":"RTP/AVP","flags":["WebRTC"],"ICE":"remove"})");
    CHECK(flags.transport_protocol == "UDP/TLS/RTP/SAVPF");
    CHECK(flags.ice == IceOption::remove);
    CHECK((flags.mux_require && flags.mux_offer && flags.no_rtcp_attribute && flags.generate_mid));
    CHECK((flags.bundle_offer && flags.bundle_require && flags.trickle_ice));
    CHECK(flags.sdes == Strings{"off"});
}

TEST_CASE("synonyms have one name") {
    CHECK(json(R"({"DTLS":"disabled"})").dtls == Strings{"off"});
    CHECK(json(R"({"DTLS-reverse":"passive"})").dtls == Strings{"passive"});
    CHECK(
        json(R"({"SDES":["no","priority","UNENCRYPTED_SRTP","order:A_1;B_2;","offerer_pref:A..B"]})").sdes ==
        Strings{"off", "prefer", "unencrypted_srtp", "order:A_1;B_2;", "offerer_pref:A B"});
    CHECK(json(R"({"OSRTP":"offer-RFC,accept"})").osrtp == Strings{"offer", "accept"});
    CHECK(json(R"({"T.38":["no V17","FEC"]})").t38 == Strings{"no-v.17", "fec"});
    CHECK(words({"pad crypto"}).pad_crypto);
    CHECK(json(R"({"SDES":"pad"})").pad_crypto);
    CHECK(json(R"({"player":"always"})").audio_player == "force");
    CHECK(words({"no audio player"}).audio_player == "off");
    CHECK(json(R"({"media-echo":"sinkhole"})").media_echo == MediaEcho::blackhole);
    CHECK(json(R"({"transport_protocol":"udp/tls/rtp/savpf"})").transport_protocol == "UDP/TLS/RTP/SAVPF");
    CHECK(json(R"({"transport protocol":"accept"})", "answer").transport_protocol == "accept");
}

TEST_CASE("codec lists of the dictionary form") {
    const auto offer = json(R"({"codec":{"strip":["a","b--c"],"transcode":"PCMA,GSM","except":["x"]}})");
    CHECK(offer.codec.strip == Strings{"a", "b=c"});
    CHECK(offer.codec.transcode == Strings{"PCMA", "GSM"});
    CHECK(offer.codec.except == Strings{"x"});
    CHECK(json(R"({"codec":{"transcode":["PCMA"],"strip":["x"]}})", "answer").codec.transcode.empty());
    CHECK(json(R"({"codec":{"strip":["x"]}})", "answer").codec.strip == Strings{"x"});
}

TEST_CASE("addresses") {
    CHECK(json(R"({"received from":["IP4","198.51.100.10"]})").received_from->str() == "198.51.100.10");
    CHECK(json(R"({"received-from":"2001:db8::1"})").received_from->str() == "2001:db8::1");
    CHECK_FALSE(json(R"({"received-from":"IP4"})").received_from);
    CHECK(json(R"({"media address":"192.0.2.1"})").media_address->str() == "192.0.2.1");
    CHECK(json(R"({"address family":"IP6"})").address_family == Family::ipv6);
}

TEST_CASE("keys of features to come are kept, under one spelling") {
    const auto flags =
        json(R"({"command":"play media","file":"x.wav","repeat_times":3,"codes":1})", "play media");
    CHECK(flags.rest.size() == 2);
    CHECK(*flags.rest.find("repeat-times")->number() == 3);
}

TEST_CASE("recording words") {
    CHECK(json(R"({"record call":"on"})").record_call);
    CHECK(json(R"({"record-call":"no"})").record_call_stop);
    CHECK(json(R"({"record-call":"discard"})").discard_recording);
    CHECK(json(R"({"pause":"yes"})", "stop recording").pause);
    CHECK(words({"pause"}, "stop recording").pause);
    CHECK_FALSE(json(R"({"flags":"pause"})", "stop recording").pause); // only in a real list
}

TEST_CASE("tags") {
    const auto plain = json(R"({"from-tag":"a","to tag":"b","flags":["directional"]})", "block media");
    CHECK((plain.from_tag == "a" && plain.to_tag == "b" && plain.directional && !plain.to_tag_honoured));
    CHECK(words({"to_tag"}, "delete").to_tag_honoured);
    CHECK(json(R"({"from-tags":["a..b","c"]})", "connect").from_tags == Strings{"a b", "c"});
    CHECK(words({"from-tags-x"}, "connect").from_tags == Strings{"x"});
}

TEST_CASE("a request has so many keys and words, however they are given") {
    const auto outcome = [](const Dict& request) {
        const auto flags = parse_flags("offer", request, {});
        return flags ? std::string{} : flags.error().message;
    };
    const auto with = [](const char* key, Value value) {
        Dict request;
        request.add(key, std::move(value));
        return request;
    };
    const auto list = [](std::size_t length) { return List(length, Value("x")); };
    const auto text = [](std::size_t length, const std::string& word) {
        std::string all;
        while (length-- > 0) all += word;
        return all;
    };
    const std::string refusal = "keys and words of the request, at most 1000";
    const auto refused = [&](const Dict& request) { return outcome(request).ends_with(refusal); };

    CHECK(outcome(with("flags", list(490))).empty()); // a member and a word each
    CHECK(refused(with("flags", list(1001))));
    CHECK(refused(with("flags", Value(text(1001, "x,")))));
    CHECK(outcome(with("rtpp-flags", Value(text(990, "x ")))).empty());
    CHECK(refused(with("rtpp-flags", Value(text(1001, "x ")))));
    CHECK(refused(with("rtpp-flags", Value("codec-strip=[" + text(1001, "x ") + "]"))));
    CHECK(refused(with("ICE", list(1001))));
    Dict codec;
    codec.add("strip", list(600));
    codec.add("offer", list(600));
    CHECK(refused(with("codec", std::move(codec))));
    Dict add, audio;
    add.add("add", list(1001));
    audio.add("audio", std::move(add));
    CHECK(refused(with("sdp-attr", std::move(audio))));
    Dict many;
    for (int i = 0; i < 1001; ++i) many.add("call-id", "x");
    CHECK(refused(many));
}
