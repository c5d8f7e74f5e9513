// SPDX-License-Identifier: Apache-2.0
// Keys with one value out of a few words (specification sections 3.2 and 3.5).
#include "control/ng/flags/reading.h"

namespace rtpengine::ng {

namespace {

constexpr Choice<Learning> learning[] = {
    {"delayed", Learning::delayed},
    {"heuristic", Learning::heuristic},
    {"immediate", Learning::immediate},
    {"off", Learning::off},
};

constexpr Choice<IceLite> ice_lite[] = {
    {"answer", IceLite::backward},
    {"back", IceLite::backward},
    {"backward", IceLite::backward},
    {"backwards", IceLite::backward},
    {"bk", IceLite::backward},
    {"bkw", IceLite::backward},
    {"both", IceLite::both},
    {"forward", IceLite::forward},
    {"fw", IceLite::forward},
    {"fwd", IceLite::forward},
    {"no", IceLite::off},
    {"none", IceLite::off},
    {"off", IceLite::off},
    {"offer", IceLite::forward},
    {"reverse", IceLite::backward},
};

constexpr Choice<AllSelector> all[] = {
    {"all", AllSelector::all},
    {"except-offer-answer", AllSelector::except_offer_answer},
    {"flows", AllSelector::flows},
    {"non-offer-answer", AllSelector::except_offer_answer},
    {"none", AllSelector::none},
    {"not-offer-answer", AllSelector::except_offer_answer},
    {"offer-answer", AllSelector::offer_answer},
};

constexpr Choice<AliasKey> alias_key[] = {
    {"address", AliasKey::address}, {"endpoint", AliasKey::address}, {"no", AliasKey::off},
    {"none", AliasKey::off},        {"off", AliasKey::off},          {"sdp", AliasKey::sdp},
};

constexpr Choice<MediaEcho> media_echo[] = {
    {"back", MediaEcho::backwards}, {"backward", MediaEcho::backwards}, {"backwards", MediaEcho::backwards},
    {"bk", MediaEcho::backwards},   {"bkw", MediaEcho::backwards},      {"blackhole", MediaEcho::blackhole},
    {"both", MediaEcho::both},      {"forward", MediaEcho::forward},    {"fw", MediaEcho::forward},
    {"fwd", MediaEcho::forward},    {"reverse", MediaEcho::backwards},  {"sinkhole", MediaEcho::blackhole},
};

constexpr Choice<SipMessage> sip_message[] = {
    {"reply", SipMessage::response},        {"request", SipMessage::request},
    {"sip-reply", SipMessage::response},    {"sip-request", SipMessage::request},
    {"sip-response", SipMessage::response},
};

constexpr Choice<DropTraffic> drop_traffic[] = {
    {"start", DropTraffic::start},
    {"stop", DropTraffic::stop},
};

constexpr Choice<std::string_view> audio_player[] = {
    {"always", "force"},
    {"default", "default"},
    {"disable", "off"},
    {"disabled", "off"},
    {"enable", "transcoding"},
    {"enabled", "transcoding"},
    {"everything", "force"},
    {"force", "force"},
    {"forced", "force"},
    {"no", "off"},
    {"off", "off"},
    {"on", "transcoding"},
    {"transcode", "transcoding"},
    {"transcoding", "transcoding"},
    {"yes", "transcoding"},
};

constexpr Choice<Switch> on_off[] = {
    {"disable", Switch::off}, {"disabled", Switch::off}, {"enable", Switch::on}, {"enabled", Switch::on},
    {"no", Switch::off},      {"off", Switch::off},      {"on", Switch::on},     {"yes", Switch::on},
};

constexpr Choice<Family> family[] = {
    {"ip4", Family::ipv4},
    {"ip6", Family::ipv6},
};

constexpr Choice<std::string_view> transport[] = {
    {"accept", "accept"},
    {"rtp/avp", "RTP/AVP"},
    {"rtp/avpf", "RTP/AVPF"},
    {"rtp/savp", "RTP/SAVP"},
    {"rtp/savpf", "RTP/SAVPF"},
    {"udp/tls/rtp/savp", "UDP/TLS/RTP/SAVP"},
    {"udp/tls/rtp/savpf", "UDP/TLS/RTP/SAVPF"},
};

enum class RecordCall { start, stop, discard };
constexpr Choice<RecordCall> record_call[] = {
    {"discard", RecordCall::discard}, {"no", RecordCall::stop},   {"off", RecordCall::stop},
    {"on", RecordCall::start},        {"yes", RecordCall::start},
};

template <class T, std::size_t n> constexpr bool sorted(const Choice<T> (&choices)[n]) {
    return sorted_by_name(std::span<const Choice<T>>(choices));
}
static_assert(sorted(learning) && sorted(ice_lite) && sorted(all) && sorted(alias_key) &&
              sorted(media_echo) && sorted(sip_message) && sorted(drop_traffic) && sorted(audio_player) &&
              sorted(on_off) && sorted(family) && sorted(transport) && sorted(record_call));

template <const auto& choices, class Target> void assign(Reading& r, Target& target, std::string_view key, std::string_view word) {
    if (const auto* value = choose(choices, word))
        target = *value;
    else if (!word.empty())
        ignore(r, key, word, nearest_in<choices>);
}

// Once on, a later "off" of the same message doesn't count (section 3.7).
void turn(Reading& r, Switch& target, std::string_view key, std::string_view word) {
    if (target != Switch::on) assign<on_off>(r, target, key, word);
}

} // namespace

void apply_learning(Reading& r, std::string_view word) {
    assign<learning>(r, r.flags.learning, "endpoint-learning", word);
}
void apply_ice_lite(Reading& r, std::string_view word) {
    assign<ice_lite>(r, r.flags.ice_lite, "ICE-lite", word);
}
void apply_all(Reading& r, std::string_view word) {
    assign<all>(r, r.flags.all, "all", word);
}
void apply_alias_key(Reading& r, std::string_view word) {
    assign<alias_key>(r, r.flags.alias_key, "alias-key", word);
}
void apply_media_echo(Reading& r, std::string_view word) {
    assign<media_echo>(r, r.flags.media_echo, "media-echo", word);
}
void apply_sip_message(Reading& r, std::string_view word) {
    assign<sip_message>(r, r.flags.sip_message, "sip-message-type", word);
}
// "start" stays when "stop" comes too.
void apply_drop_traffic(Reading& r, std::string_view word) {
    if (r.flags.drop_traffic != DropTraffic::start)
        assign<drop_traffic>(r, r.flags.drop_traffic, "drop-traffic", word);
}
void apply_audio_player(Reading& r, std::string_view word) {
    assign<audio_player>(r, r.flags.audio_player, "audio-player", word);
}
void apply_passthrough(Reading& r, std::string_view word) {
    turn(r, r.flags.passthrough, "passthrough", word);
}
void apply_generate_rtcp(Reading& r, std::string_view word) {
    turn(r, r.flags.generate_rtcp, "generate-RTCP", word);
}
void apply_address_family(Reading& r, std::string_view word) {
    assign<family>(r, r.flags.address_family, "address-family", word);
}
void apply_transport(Reading& r, std::string_view word) {
    assign<transport>(r, r.flags.transport_protocol, "transport-protocol", word);
}

void apply_record_call(Reading& r, std::string_view word) {
    const auto* wanted = choose(record_call, word);
    if (!wanted) return ignore(r, "record-call", word, nearest_in<record_call>);
    if (*wanted == RecordCall::start) r.flags.record_call = true;
    if (*wanted == RecordCall::stop) r.flags.record_call_stop = true;
    if (*wanted == RecordCall::discard) r.flags.discard_recording = true;
}

} // namespace rtpengine::ng
