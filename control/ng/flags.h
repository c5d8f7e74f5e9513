// SPDX-License-Identifier: Apache-2.0
// What a request asks for: all keys and flags of the NG protocol, typed. parse_flags() fills it; the verbs of
// control/call read it. Unknown keys and words are logged and ignored, as the protocol wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/result.h"
#include "control/ng/value.h"

namespace rtpengine::ng {

enum class Learning { unset, off, immediate, delayed, heuristic };
enum class IceOption { by_default, force, remove, optional, force_relay };
enum class IceLite { unchanged, forward, backward, both, off };
enum class AliasKey { off, sdp, address };
enum class AllSelector { none, all, offer_answer, except_offer_answer, flows };
enum class MediaEcho { unchanged, blackhole, forward, backwards, both };
enum class SipMessage { unknown, request, response };
enum class DropTraffic { unchanged, start, stop };
enum class Switch { unset, on, off };

struct CodecOperations { // each a list of codec strings; the words "all" and "full" are kept as such
    std::vector<std::string> strip, except, offer, ignore, transcode, mask, consume, accept, set;
    bool operator==(const CodecOperations&) const = default;
};

// sdp-attr: attribute lines without "a=".
struct AttributeEdits {
    std::vector<std::string> add, remove;
    std::vector<std::pair<std::string, std::string>> substitute;
    bool operator==(const AttributeEdits&) const = default;
};
struct SectionEdits {
    std::string type; // "global" for none|global, else audio, video, image, message, text, application
    AttributeEdits edits;
    bool operator==(const SectionEdits&) const = default;
};

struct Flags {
    // identification and selection
    std::string call_id, to_call_id, source_call_id, from_tag, to_tag, source_tag, via_branch;
    std::string label, to_label, set_label, address;
    std::vector<std::string> from_tags;
    bool to_tag_honoured = false; // flag to-tag, or to-tag= inside rtpp_flags
    bool directional = false;
    AllSelector all = AllSelector::none;
    AliasKey alias_key = AliasKey::off;
    std::vector<std::string> supports;
    std::string metadata;

    // SDP, addressing, interfaces
    std::string sdp;
    Family address_family = Family::none;
    std::optional<Address> media_address;
    std::vector<std::string> direction; // [towards S, towards R]; "" where not given
    std::string interface;
    // "peer" keys: take the local interface that routes to this address instead of a name.
    std::optional<Address> peer, inbound_peer, outbound_peer;
    std::optional<Address> received_from;
    bool sip_source_address = false;  // after configuration default, trust-address and SIP-source-address in order
    std::string transport_protocol;   // canonical name, "accept", or ""
    bool replace_origin = false, replace_origin_full = false, replace_username = false, replace_session_name = false,
         replace_sdp_version = false, replace_force_increment = false, replace_zero_address = false;
    int tos = 256; // 0-255 set, negative leave, 256 configured default
    bool bundle_accept = false, bundle_offer = false, bundle_require = false, bundle_strict = false,
         bundle_reject = false;
    bool mux_offer = false, mux_require = false, mux_demux = false, mux_accept = false, mux_reject = false;
    std::vector<std::string> extmap_strip, extmap_mask;
    std::vector<SectionEdits> attribute_edits;
    std::vector<std::string> media_remove; // types, or "other"
    int sip_code = 0;
    SipMessage sip_message = SipMessage::unknown;
    std::string xmlrpc_callback;
    DropTraffic drop_traffic = DropTraffic::unchanged;

    // security and ICE (kept for the parts that come later; nothing but ICE's SDP side is acted on yet)
    IceOption ice = IceOption::by_default;
    IceLite ice_lite = IceLite::unchanged;
    bool ice2 = false, ice_reject = false, trickle_ice = false;
    Switch passthrough = Switch::unset;
    // Members in order, one name for synonyms: dtls off, passive, active; sdes off, nonew, pad, lifetime, static,
    // prefer, [un]encrypted_srtp, [un]encrypted_srtcp, [un]authenticated_srtp, no-SUITE, only-SUITE, order:A;B;,
    // offerer_pref:A;B;; osrtp offer, offer-legacy, accept, accept-rfc, accept-legacy.
    std::vector<std::string> dtls, sdes, osrtp;
    std::string dtls_fingerprint;

    // codecs and timing
    CodecOperations codec;
    int ptime = 0, ptime_reverse = 0;
    std::vector<std::string> t38; // decode, force, stop, fec, no-ecm, no-v.17, no-v.27ter, no-v.29, no-v.34, no-iaf
    int t38_version = -1, delay_buffer = -1;
    std::string audio_player; // default, transcoding, off, force, or "": not given
    Learning learning = Learning::unset;
    MediaEcho media_echo = MediaEcho::unchanged;
    Switch generate_rtcp = Switch::unset;

    // flags
    bool allow_asymmetric_codecs = false, allow_no_codec_media = false, allow_transcoding = false,
         always_transcode = false, force_transcoding = false, asymmetric = false, bidirectional = false,
         block_dtmf = false, block_egress = false, block_short = false, debug = false, detect_dtmf = false,
         discard_recording = false, early_media = false, egress = false, exclude_recording = false,
         skip_recording_db = false, record_call = false, record_call_stop = false, recording_announcement = false, recording_vsc = false,
         fatal = false, fast = false, fragment = false, full_rtcp_attribute = false, no_rtcp_attribute = false,
         no_tls_id = false, generate_mid = false, inactive = false, inject_dtmf = false, loop_protect = false,
         media_handover = false, strict_source = false, mirror_rtcp = false, mix = false, nat_wait = false,
         pierce_nat = false, new_branch = false, provisional = false, reuse_codecs = false, static_codecs = false,
         single_codec = false, no_jitter_buffer = false, no_redis_update = false, port_latching = false,
         no_port_latching = false, original_sendrecv = false, pad_crypto = false, recrypt = false, reset = false,
         siprec = false, strip_extmap = false, symmetric = false, unidirectional = false, unsubscribe = false,
         pause = false;

    // delete
    int delete_delay = -1; // seconds; negative: configured default

    // Keys of commands that are not built yet (playback, DTMF, recording): values as received, names in lower
    // case with hyphens ("repeat-times").
    Dict rest;

    bool operator==(const Flags&) const = default;
};

// What the configuration presets (specification section 3.3) and the templates by name.
struct FlagDefaults {
    bool sip_source = false;
    bool dtls_passive = false;
    Learning learning = Learning::heuristic;
    std::vector<std::pair<std::string, std::string>> templates;
};

// `command` selects the operation letters (a key may mean something only in offers) and the automatic templates.
// Errors are the wire's own error-reason strings (sdp-attr, sdp-media-remove, ...).
Result<Flags> parse_flags(std::string_view command, const Dict& request, const FlagDefaults& defaults);

} // namespace rtpengine::ng
