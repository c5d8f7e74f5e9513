// SPDX-License-Identifier: Apache-2.0
// The keys of a request: specification section 3.2. One row for each spelling that differs in more than case,
// blanks, hyphens and underscores.
#include "control/ng/flags/reading.h"

#include <algorithm>
#include <limits>

#include "common/ng/coerce.h"

namespace rtpengine::ng {

namespace {

constexpr Operations selectors = op_select | op_subscribe_request | op_connect;

template <ApplyText apply> void word(Reading& r, const Value& value) {
    if (value.text()) apply(r, text_of(value));
}

template <ApplyText apply> void each(Reading& r, const Value& value) {
    for (const auto& member : r.members(value))
        apply(r, member);
}

template <auto list> void escaped(Reading& r, const Value& value) {
    for (const auto& member : r.members(value))
        (r.flags.*list).push_back(unescape(member));
}

template <auto target> void address(Reading& r, const Value& value) {
    if (const auto parsed = Address::parse(text_of(value)))
        r.flags.*target = parsed;
    else
        ignore(r, r.key, text_of(value));
}

// [family, address] or the address alone.
void received_from(Reading& r, const Value& value) {
    for (const auto& member : r.members(value))
        if (const auto parsed = Address::parse(member)) r.flags.received_from = parsed;
}

// In a string the first name is the interface towards S, the second the one towards R.
void direction(Reading& r, const Value& value) {
    auto& names = r.flags.direction;
    if (value.text() && r.in_string()) {
        if (names.size() >= 2) return ignore(r, "direction", text_of(value));
        names.emplace_back(text_of(value));
    } else if (value.list()) {
        names = r.members(value);
        names.resize(std::min<std::size_t>(names.size(), 2));
    }
}

template <std::size_t side> void interface_of(Reading& r, const Value& value) {
    auto& names = r.flags.direction;
    if (!value.text()) return;
    names.resize(std::max<std::size_t>(names.size(), side + 1));
    names[side] = text_of(value);
}

void set_from_tag(Reading& r, const Value& value) {
    r.flags.from_tag = text_of(value);
    r.flags.directional |= r.in_string();
}

void set_to_tag(Reading& r, const Value& value) {
    r.flags.to_tag = text_of(value);
    r.flags.to_tag_honoured |= r.in_string();
}

void flag_words(Reading& r, const Value& value) {
    r.words_are_list = value.list() != nullptr;
    for (const auto& member : r.members(value))
        apply_word(r, member);
    r.words_are_list = false;
}

void codec(Reading& r, const Value& value) {
    if (!value.dict()) return;
    for (const auto& [name, list] : *value.dict())
        for (const auto& member : r.members(list))
            apply_codec(r, name, member);
}

void extmap(Reading& r, const Value& value) {
    if (!value.dict()) return;
    for (const auto& [name, list] : *value.dict()) {
        const auto known = spelling(name);
        auto* target = known == "strip"  ? &r.flags.extmap_strip
                       : known == "mask" ? &r.flags.extmap_mask
                                         : nullptr;
        if (!target) ignore(r, "extmap", name);
        if (target)
            for (const auto& member : r.members(list))
                target->push_back(unescape(member));
    }
}

void keep(Reading& r, const Value& value) {
    r.flags.rest.add(r.key, value);
}

// `stop recording` takes it as a word, `play DTMF` as a time.
void pause(Reading& r, const Value& value) {
    const auto text = spelling(text_of(value));
    const bool wanted = text == "yes" || text == "on" || text == "true";
    if (r.operations & op_recording)
        r.flags.pause |= wanted;
    else
        keep(r, value);
}

void string_of_flags(Reading& r, const Value& value) {
    apply_string(r, text_of(value));
}
void template_name(Reading& r, const Value& value) {
    apply_template(r, text_of(value), true);
}
void command(Reading&, const Value&) {} // read before

void media(Reading& r, const Value& value) {
    check_media(r, value);
    keep(r, value);
}

void tags(Reading& r, const Value& value) {
    check_tags(r, value);
    keep(r, value);
}

constexpr KeyRow rows[] = {
    {"address", op_any, &Flags::address},
    {"address-family", sdp_out, word<apply_address_family>},
    {"alias-key", oa, word<apply_alias_key>},
    {"all", selectors | op_delete, word<apply_all>},
    {"audio-player", op_any, word<apply_audio_player>},
    {"blob", op_any, keep},
    {"blob64", op_any, keep},
    {"body", op_any, keep},
    {"bundle", oa | op_subscribe_request, each<apply_bundle>},
    {"call-id", op_any, &Flags::call_id},
    {"calls", op_any, keep},
    {"code", op_any, keep},
    {"codec", op_any, codec},
    {"codecs", op_any, codec},
    {"command", op_any, command},
    {"db-id", op_any, keep},
    {"delay-buffer", oa | op_select, &Flags::delay_buffer},
    {"delete-delay", op_any, &Flags::delete_delay},
    {"digit", op_any, keep},
    {"direction", op_offer, direction},
    {"drop-traffic", oa, word<apply_drop_traffic>},
    {"dtls", oap | op_subscribe_request, each<apply_dtls>},
    {"dtls-fingerprint", op_offer | op_subscribe_request, &Flags::dtls_fingerprint},
    {"dtls-reverse", oap | op_subscribe_request, each<apply_dtls>},
    {"dtmf-delay", op_any, keep},
    {"dtmf-log-dest", op_any, keep},
    {"dtmf-log-destination", op_any, keep},
    {"dtmf-security", op_any, keep},
    {"dtmf-security-trigger", op_any, keep},
    {"dtmf-security-trigger-end", op_any, keep},
    {"duration", op_any, keep},
    {"end-trigger", op_any, keep},
    {"end-trigger-digits", op_any, keep},
    {"end-trigger-time", op_any, keep},
    {"endpoint-learning", oap, each<apply_learning>},
    {"extmap", oap | op_subscribe_request, extmap},
    {"file", op_any, keep},
    {"flags", op_any, flag_words},
    {"frequencies", op_any, keep},
    {"frequency", op_any, keep},
    {"from-interface", op_offer, interface_of<0>},
    {"from-label", op_any, &Flags::label},
    {"from-tag", op_any, set_from_tag},
    {"from-tags", op_any, escaped<&Flags::from_tags>},
    {"generate-rtcp", oa, word<apply_generate_rtcp>},
    {"ice", sdp_out, each<apply_ice>},
    {"ice-lite", op_offer | op_subscribe_request | op_create, word<apply_ice_lite>},
    {"inbound-peer", op_offer, address<&Flags::inbound_peer>},
    {"instance", op_any, keep},
    {"interface", op_publish | op_subscribe_request | op_create | op_transform, &Flags::interface},
    {"label", op_any, &Flags::label},
    {"lease", oa, &Flags::lease},
    {"limit", op_any, keep},
    {"media", op_any, media},
    {"media-address", sdp_out, address<&Flags::media_address>},
    {"media-echo", oa | op_subscribe_request, word<apply_media_echo>},
    {"medias", op_any, media},
    {"metadata", op_any, &Flags::metadata},
    {"moh", op_any, keep},
    {"osrtp", oa | op_subscribe_request, each<apply_osrtp>},
    {"outbound-peer", op_offer, address<&Flags::outbound_peer>},
    {"output-dest", op_any, keep},
    {"output-destination", op_any, keep},
    {"output-dir", op_any, keep},
    {"output-directory", op_any, keep},
    {"output-file", op_any, keep},
    {"output-folder", op_any, keep},
    {"output-path", op_any, keep},
    {"output-pattern", op_any, keep},
    {"passthrough", oa, word<apply_passthrough>},
    {"passthru", oa, word<apply_passthrough>},
    {"pause", op_any, pause},
    {"peer", op_publish | op_subscribe_request | op_create | op_transform, address<&Flags::peer>},
    {"player", op_any, word<apply_audio_player>},
    {"ptime", op_offer, &Flags::ptime},
    {"ptime-reverse", op_offer, &Flags::ptime_reverse},
    {"received-from", oap, received_from},
    {"record-call", oap, word<apply_record_call>},
    {"recording-dest", op_any, keep},
    {"recording-destination", op_any, keep},
    {"recording-dir", op_any, keep},
    {"recording-directory", op_any, keep},
    {"recording-file", op_any, keep},
    {"recording-folder", op_any, keep},
    {"recording-media-slot-answer", op_any, keep},
    {"recording-media-slot-offer", op_any, keep},
    {"recording-media-slots", op_any, keep},
    {"recording-path", op_any, keep},
    {"recording-pattern", op_any, keep},
    {"repeat-duration", op_any, keep},
    {"repeat-times", op_any, keep},
    {"replace", oap | op_subscribe_request, each<apply_replace>},
    {"reverse-ptime", op_offer, &Flags::ptime_reverse},
    {"rtcp-mux", op_offer | op_publish | op_subscribe_request | op_create, each<apply_rtcp_mux>},
    {"rtpp-flags", op_any, string_of_flags},
    {"sdes", sdp_out, each<apply_sdes>},
    {"sdp", op_any, &Flags::sdp},
    {"sdp-attr", sdp_out, apply_sdp_attr},
    {"sdp-media-remove", op_offer, apply_media_remove},
    {"set-label", selectors, &Flags::set_label},
    {"sip-code", op_answer, &Flags::sip_code},
    {"sip-message-type", oa, word<apply_sip_message>},
    {"sip-response-code", op_answer, &Flags::sip_code},
    {"source-call-id", op_any, &Flags::source_call_id},
    {"source-tag", op_any, &Flags::source_tag},
    {"start-pos", op_any, keep},
    {"supports", op_any, &Flags::supports},
    {"t.38", op_offer | op_subscribe_request | op_publish, each<apply_t38>},
    {"t.38-version", op_offer, &Flags::t38_version},
    {"t38", op_offer | op_subscribe_request | op_publish, each<apply_t38>},
    {"t38-version", op_offer, &Flags::t38_version},
    {"tags", op_any, tags},
    {"template", op_any, template_name},
    {"to-call-id", op_any, &Flags::to_call_id},
    {"to-interface", op_offer, interface_of<1>},
    {"to-label", op_any, &Flags::to_label},
    {"to-tag", op_any, set_to_tag},
    {"tos", op_offer, &Flags::tos},
    {"transport-protocol", sdp_out, word<apply_transport>},
    {"trigger", op_any, keep},
    {"trigger-end", op_any, keep},
    {"trigger-end-digits", op_any, keep},
    {"trigger-end-time", op_any, keep},
    {"via-branch", oa | op_delete, &Flags::via_branch},
    {"volume", op_any, keep},
    {"vsc-pause-rec", op_any, keep},
    {"vsc-pause-recording", op_any, keep},
    {"vsc-pause-resume-rec", op_any, keep},
    {"vsc-pause-resume-recording", op_any, keep},
    {"vsc-start-pause-resume-rec", op_any, keep},
    {"vsc-start-pause-resume-recording", op_any, keep},
    {"vsc-start-rec", op_any, keep},
    {"vsc-start-recording", op_any, keep},
    {"vsc-start-stop-rec", op_any, keep},
    {"vsc-start-stop-recording", op_any, keep},
    {"vsc-stop-rec", op_any, keep},
    {"vsc-stop-recording", op_any, keep},
    {"xmlrpc-callback", oa, &Flags::xmlrpc_callback},
};
static_assert(sorted_by_name(std::span<const KeyRow>(rows)));

// How a row's value gets where it belongs.
struct Assign {
    Reading& r;
    const Value& value;

    void operator()(std::string Flags::*target) const {
        if (value.text()) r.flags.*target = text_of(value);
    }
    void operator()(int Flags::*target) const {
        using Limits = std::numeric_limits<int>;
        if (const auto number = number_of(value, r.numbers))
            r.flags.*target =
                static_cast<int>(std::clamp<std::int64_t>(*number, Limits::min(), Limits::max()));
    }
    void operator()(std::vector<std::string> Flags::*target) const {
        for (auto& member : r.members(value))
            (r.flags.*target).push_back(std::move(member));
    }
    void operator()(ApplyValue apply) const { apply(r, value); }
};

// "codec-strip=[A B]" of a string is "codec-strip-A codec-strip-B".
bool apply_as_prefix(Reading& r, std::string_view key, const Value& value) {
    const auto prefix = std::string(key) + "-";
    const auto rows = prefix_rows();
    if (!r.in_string() ||
        std::none_of(rows.begin(), rows.end(), [&](auto& row) { return row.name == prefix; }))
        return false;
    for (const auto& member : r.members(value))
        apply_prefixed(r, prefix + member);
    return true;
}

} // namespace

std::span<const KeyRow> key_rows() {
    return rows;
}

void apply_key(Reading& r, std::string_view key, const Value& value) {
    if (!r.take()) return;
    const auto name = spelling(key);
    const auto* row = find_row(key_rows(), name);
    if (!row) {
        if (!apply_as_prefix(r, name, value)) ignore(r, "key", key, nearest_in<rows>);
        return;
    }
    if (!(row->operations & r.operations)) return;
    r.key = name;
    std::visit(Assign{r, value}, row->target);
}

} // namespace rtpengine::ng
