// SPDX-License-Identifier: Apache-2.0
// The words of the `flags` list: specification section 3.4. One row for each name.
#include "control/ng/flags/reading.h"

namespace rtpengine::ng {

namespace {

constexpr Operations recording = oap | op_delete | op_recording;
constexpr bool Flags::*nothing = nullptr; // accepted and without meaning

void all_media(Reading& r) {
    apply_all(r, "all");
}
void player_on(Reading& r) {
    apply_audio_player(r, "transcoding");
}
void player_off(Reading& r) {
    apply_audio_player(r, "off");
}
void generate_rtcp(Reading& r) {
    apply_generate_rtcp(r, "on");
}
void passthrough_on(Reading& r) {
    apply_passthrough(r, "on");
}
void passthrough_off(Reading& r) {
    apply_passthrough(r, "off");
}
void pad_crypto(Reading& r) {
    apply_sdes(r, "pad");
}
void sip_source(Reading& r) {
    r.flags.sip_source_address = true;
}
void trust_address(Reading& r) {
    r.flags.sip_source_address = false;
}
void pause_recording(Reading& r) {
    r.flags.pause |= r.words_are_list;
}
void strip_extmap(Reading& r) {
    r.flags.strip_extmap = true;
    r.flags.extmap_strip.emplace_back("all");
}

constexpr WordRow word_table[] = {
    {"all", op_any, all_media},
    {"allow-asymmetric-codec", op_any, &Flags::allow_asymmetric_codecs},
    {"allow-asymmetric-codecs", op_any, &Flags::allow_asymmetric_codecs},
    {"allow-empty-codec-media", oa, &Flags::allow_no_codec_media},
    {"allow-empty-codec-medias", oa, &Flags::allow_no_codec_media},
    {"allow-no-codec-media", oa, &Flags::allow_no_codec_media},
    {"allow-no-codec-medias", oa, &Flags::allow_no_codec_media},
    {"allow-transcoding", op_any, &Flags::allow_transcoding},
    {"always-transcode", sdp_out, &Flags::always_transcode},
    {"asymmetric", oap, &Flags::asymmetric},
    {"asymmetric-codecs", op_any, nothing},
    {"audio-player", op_any, player_on},
    {"bidirectional", op_any, &Flags::bidirectional},
    {"block-dtmf", oa, &Flags::block_dtmf},
    {"block-egress", oa | op_play_media, &Flags::block_egress},
    {"block-short", oa, &Flags::block_short},
    {"block-short-packets", oa, &Flags::block_short},
    {"block-shorts", oa, &Flags::block_short},
    {"debug", op_any, &Flags::debug},
    {"debugging", op_any, &Flags::debug},
    {"detect-dtmf", oa | op_select, &Flags::detect_dtmf},
    {"directional", op_any, &Flags::directional},
    {"discard-recording", recording, &Flags::discard_recording},
    {"early-media", op_offer | op_subscribe_answer, &Flags::early_media},
    {"egress", op_any, &Flags::egress},
    {"exclude-recording", recording, &Flags::exclude_recording},
    {"fast", op_delete, &Flags::fast},
    {"fatal", op_delete, &Flags::fatal},
    {"fragment", op_any, &Flags::fragment},
    {"full-rtcp-attribute", sdp_out, &Flags::full_rtcp_attribute},
    {"generate-mid", op_offer | op_subscribe_request | op_create, &Flags::generate_mid},
    {"generate-rtcp", oa, generate_rtcp},
    {"ice-reject", op_offer, &Flags::ice_reject},
    {"inactive", op_any, &Flags::inactive},
    {"inject-dtmf", oa, &Flags::inject_dtmf},
    {"loop-protect", oa, &Flags::loop_protect},
    {"media-handover", oa, &Flags::media_handover},
    {"mirror-rtcp", op_any, &Flags::mirror_rtcp},
    {"mix", op_any, &Flags::mix},
    {"mixed", op_any, &Flags::mix},
    {"nat-wait", oa, &Flags::nat_wait},
    {"new-branch", op_answer, &Flags::new_branch},
    {"no-audio-player", op_any, player_off},
    {"no-codec-renegotiation", oa, &Flags::reuse_codecs},
    {"no-jitter-buffer", oa, &Flags::no_jitter_buffer},
    {"no-passthrough", oa, passthrough_off},
    {"no-player", op_any, player_off},
    {"no-port-latching", oa, &Flags::no_port_latching},
    {"no-redis-update", oa, &Flags::no_redis_update},
    {"no-rtcp-attribute", sdp_out, &Flags::no_rtcp_attribute},
    {"no-tls-id", oa, &Flags::no_tls_id},
    {"original-sendrecv", oa, &Flags::original_sendrecv},
    {"pad-crypto", sdp_out, pad_crypto},
    {"passthrough", oa, passthrough_on},
    {"pause", op_recording, pause_recording},
    {"pierce-nat", oa, &Flags::pierce_nat},
    {"player", op_any, player_on},
    {"port-latching", oa, &Flags::port_latching},
    {"provisional", op_answer, &Flags::provisional},
    {"record-call", oap, &Flags::record_call},
    {"recording-announcement", oa, &Flags::recording_announcement},
    {"recording-vsc", oa, &Flags::recording_vsc},
    {"recrypt", oa, &Flags::recrypt},
    {"reject-ice", op_offer, &Flags::ice_reject},
    {"reorder-codecs", op_any, nothing},
    {"reset", op_offer, &Flags::reset},
    {"reuse-codecs", oa, &Flags::reuse_codecs},
    {"rtcp-mirror", op_any, &Flags::mirror_rtcp},
    {"single-codec", op_answer, &Flags::single_codec},
    {"sip-source-address", oap, sip_source},
    {"siprec", op_any, &Flags::siprec},
    {"skip-recording-database", recording, &Flags::skip_recording_db},
    {"skip-recording-db", recording, &Flags::skip_recording_db},
    {"static-codec", op_offer, &Flags::static_codecs},
    {"static-codecs", op_offer, &Flags::static_codecs},
    {"strict-source", oa, &Flags::strict_source},
    {"strip-extmap", sdp_out, strip_extmap},
    {"symmetric", op_any, &Flags::symmetric},
    {"symmetric-codecs", op_any, nothing},
    {"to-tag", op_delete | op_subscribe_request, &Flags::to_tag_honoured},
    {"trickle-ice", op_offer | op_subscribe_request | op_create, &Flags::trickle_ice},
    {"trust-address", oap, trust_address},
    {"unidirectional", oa, &Flags::unidirectional},
    {"unsubscribe", op_mesh, &Flags::unsubscribe},
    {"webrtc", op_offer | op_subscribe_request | op_create, apply_webrtc},
};
static_assert(sorted_by_name(std::span<const WordRow>(word_table)));

struct Turn {
    Reading& r;
    void operator()(bool Flags::*target) const {
        if (target) r.flags.*target = true;
    }
    void operator()(ApplyWord apply) const { apply(r); }
};

} // namespace

std::span<const WordRow> word_rows() {
    return word_table;
}

void apply_word(Reading& r, std::string_view word) {
    if (!r.take()) return;
    const auto* row = find_row(word_rows(), spelling(word));
    if (row && (row->operations & r.operations)) std::visit(Turn{r}, row->target);
    if (!row && !apply_prefixed(r, word)) ignore(r, "flag", word, nearest_in<word_table>);
}

} // namespace rtpengine::ng
