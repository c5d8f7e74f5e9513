// SPDX-License-Identifier: Apache-2.0
#include "control/call/negotiate.h"

#include <algorithm>

#include "control/call/ice.h"
#include "control/call/key_exchange.h"

namespace rtpengine::call {

namespace {

using sdp::Protocol;

void choose_protocol(const Terms& terms, const sdp::Section& section, Media& receiver, Protocol sender_before) {
    const auto& wanted = terms.flags.transport_protocol;
    const auto set = [&](Protocol protocol, const std::string& text) {
        receiver.protocol = protocol;
        receiver.protocol_text = text;
    };
    if (!wanted.empty() && wanted != "accept" && section.rtp()) return set(sdp::parse_protocol(wanted), wanted);
    if (!terms.offer) {
        // The offerer sees the profile it offered, unless the answer is of another kind altogether.
        const bool same_kind = sdp::is_rtp(receiver.offered_protocol) == section.rtp();
        if (wanted == "accept" || !same_kind) return set(section.protocol, section.protocol_text);
        return set(receiver.offered_protocol, receiver.offered_protocol_text);
    }
    const bool keeps = receiver.initialized && sender_before == section.protocol && receiver.protocol != Protocol::other;
    if (!keeps) set(section.protocol, section.protocol_text);
}

// Keys beside a profile that isn't for SRTP (RFC 8643): asked for, or as the sender, or the receiver before, has it.
void choose_osrtp(const Terms& terms, const sdp::Section& section, const Media& sender, Media& receiver) {
    if (!terms.offer) return;
    const auto& flags = terms.flags;
    const bool plain = section.rtp() && sdp::is_rtp(receiver.protocol) && !sdp::is_srtp(receiver.protocol);
    const bool asked = std::find(flags.osrtp.begin(), flags.osrtp.end(), "offer") != flags.osrtp.end();
    const bool as_before = flags.transport_protocol.empty() && (sender.osrtp || receiver.keys.agreed);
    receiver.osrtp = plain && (asked || as_before);
}

void offer_mux(const Terms& terms, const Mux& sender, Mux& receiver) {
    const auto& flags = terms.flags;
    receiver.wanted = sender.offered;
    if (flags.mux_require) receiver.active = true;
    else if (flags.mux_demux) receiver.active = false; // however it was
    const bool offered = flags.mux_offer || flags.mux_require || (sender.offered && !flags.mux_demux);
    receiver.asked = receiver.active || offered;
    receiver.accept = flags.mux_accept || (sender.offered && !receiver.asked);
    receiver.reject = flags.mux_reject;
}

void answer_mux(const sdp::Section& section, Mux& sender, Mux& receiver) {
    sender.active = section.wants_mux() && sender.asked;
    receiver.active = sender.wanted && !sender.reject && (sender.accept || sender.active);
}

void offer_codecs(const Terms& terms, const sdp::Section& section, Media& sender, Media& receiver) {
    const auto& flags = terms.flags;
    const auto* previous = receiver.codecs.empty() ? nullptr : &receiver.codecs;
    auto result = sdp::offer_codecs({section.codecs, previous, flags.codec, flags.static_codecs, flags.reuse_codecs,
                                     flags.allow_no_codec_media});
    sender.codecs = result.sender;
    sender.offered_codecs = std::move(result.sender);
    receiver.codecs = result.receiver;
    receiver.offered_codecs = std::move(result.receiver);
}

void answer_codecs(const Terms& terms, const sdp::Section& section, Media& sender, Media& receiver) {
    const auto& flags = terms.flags;
    auto result = sdp::answer_codecs({section.codecs, sender.offered_codecs, receiver.offered_codecs, flags.codec,
                                      flags.allow_asymmetric_codecs, flags.single_codec, flags.always_transcode,
                                      flags.allow_no_codec_media, flags.reuse_codecs});
    sender.codecs = std::move(result.answerer);
    receiver.codecs = std::move(result.offerer);
}

bool passes_through(const Terms& terms, const sdp::Section& section, bool before) {
    const auto& flags = terms.flags;
    const bool as_candidate = flags.ice == ng::IceOption::optional || flags.ice == ng::IceOption::force_relay;
    if (flags.passthrough == ng::Switch::on) return true;
    if (flags.passthrough == ng::Switch::off) return false;
    if (terms.offer) return before || (as_candidate && section.ice.present());
    return before && section.ice.present();
}

void choose_passthrough(const Terms& terms, const sdp::Section& section, Media& sender, Media& receiver) {
    const bool passes = passes_through(terms, section, sender.passthrough || receiver.passthrough);
    sender.passthrough = receiver.passthrough = passes;
}

void choose_echo(const Terms& terms, Media& sender, Media& receiver) {
    using Echo = ng::MediaEcho;
    switch (terms.flags.media_echo) {
    case Echo::unchanged: break;
    case Echo::blackhole: sender.echo = receiver.echo = Echo::blackhole; break;
    case Echo::both: sender.echo = receiver.echo = Echo::both; break;
    case Echo::forward: sender.echo = Echo::blackhole, receiver.echo = Echo::both; break;
    case Echo::backwards: sender.echo = Echo::both, receiver.echo = Echo::blackhole; break;
    }
}

void give_mid(const Terms& terms, const sdp::Section& section, Media& receiver) {
    if (!receiver.mid && terms.offer) receiver.mid = section.mid;
    if (!receiver.mid && terms.offer && terms.flags.generate_mid) receiver.mid = std::to_string(receiver.index);
}

void negotiate_codecs(const Terms& terms, const sdp::Section& section, Media& sender, Media& receiver) {
    if (!section.rtp() || section.port == 0) return;
    if (terms.offer) offer_codecs(terms, section, sender, receiver);
    else answer_codecs(terms, section, sender, receiver);
}

} // namespace

void negotiate(const Terms& terms, const Said& said, Media& receiver) {
    const auto& section = *said.section;
    auto& sender = *said.media;
    receiver.rejected = sender.rejected;
    receiver.pairs = terms.offer ? sender.pairs : receiver.pairs;
    receiver.send = sender.recv;
    receiver.recv = sender.send;
    if (terms.offer && section.ptime) receiver.ptime = section.ptime;
    if (!receiver.initialized) receiver.learning = sender.learning;
    choose_protocol(terms, section, receiver, said.protocol);
    choose_osrtp(terms, section, sender, receiver);
    if (terms.offer) offer_mux(terms, sender.mux, receiver.mux);
    else answer_mux(section, sender.mux, receiver.mux);
    negotiate_codecs(terms, section, sender, receiver);
    choose_ice(terms, section, sender, receiver);
    choose_passthrough(terms, section, sender, receiver);
    exchange_keys(terms, sender, receiver);
    exchange_extensions(terms, section, sender, receiver);
    choose_echo(terms, sender, receiver);
    give_mid(terms, section, receiver);
    receiver.strict_source = terms.flags.strict_source;
    receiver.media_handover = terms.flags.media_handover;
}

} // namespace rtpengine::call
