// SPDX-License-Identifier: Apache-2.0
// What a section changes in the two media it is about: first the sender's, then the receiver's.
#include "control/call/exchange.h"
#include "control/sdp/kept.h"

namespace rtpengine::call {

namespace {

using sdp::Direction;
using sdp::Protocol;

// ---- the sender's side ---------------------------------------------------------------------------------------

void take_remote(Remote& remote, const Endpoint& endpoint) {
    const bool known = endpoint.address.known() && endpoint.port;
    if (remote.signalled == endpoint && remote.filled == known) return;
    remote = {endpoint, known, remote.epoch + 1};
}

Endpoint trusted(Endpoint endpoint, const Exchange& exchange, const sdp::Section& section) {
    const auto& flags = *exchange.flags;
    if (flags.sip_source_address && flags.received_from && !section.ice.present())
        endpoint.address = *flags.received_from;
    return endpoint;
}

void take_endpoints(const Exchange& exchange, const sdp::Section& section, Media& media) {
    if (media.rejected) return; // what was known stays in the reports
    const auto rtp = trusted(section.rtp_endpoint(), exchange, section);
    take_remote(media.rtp, rtp);
    const auto rtcp = section.rtcp && section.rtcp->address ? section.rtcp_endpoint()
                                                       : trusted(section.rtcp_endpoint(), exchange, section);
    take_remote(media.rtcp, rtcp);
}

void take_direction(const sdp::Section& section, Media& media) {
    const auto direction = section.direction;
    const bool zero = section.zero_address() && !section.trickle_placeholder();
    media.recv = direction == Direction::sendrecv || direction == Direction::sendonly;
    media.send = (direction == Direction::sendrecv || direction == Direction::recvonly) && !zero;
}

// Learning flags are given anew with every message, for both parties of it.
void take_flags(const Exchange& exchange, Media& media, ng::Learning default_learning) {
    const auto& flags = *exchange.flags;
    if (flags.asymmetric) media.asymmetric = true;
    if (flags.symmetric) media.asymmetric = false;
    if (flags.nat_wait) media.nat_wait = true;
    if (flags.pierce_nat) media.pierce_nat = true;
    if (flags.unidirectional) media.unidirectional = true;
    media.strict_source = flags.strict_source;
    media.media_handover = flags.media_handover;
    if (flags.learning != ng::Learning::unset) media.learning = flags.learning;
    else if (!media.initialized) media.learning = default_learning;
}

void take_section(const Exchange& exchange, const sdp::Section& section, Media& media, ng::Learning learning) {
    media.protocol = section.protocol;
    media.protocol_text = section.protocol_text;
    media.offered_protocol = exchange.offer ? section.protocol : media.offered_protocol;
    media.offered_protocol_text = exchange.offer ? section.protocol_text : media.offered_protocol_text;
    media.last_section = sdp::keep(section);
    media.rejected = section.port == 0;
    media.pairs = section.port_count;
    if (section.mid) media.mid = section.mid;
    if (section.ptime) media.ptime = section.ptime;
    media.maxptime = section.maxptime;
    if (!section.ice.present()) media.ice = false;
    media.opaque = section.fingerprint.has_value();
    if (!media.rejected)
        media.feedback = section.protocol == Protocol::rtp_avpf || section.protocol == Protocol::rtp_savpf ||
                         section.protocol == Protocol::udp_tls_rtp_savpf;
    take_flags(exchange, media, learning);
    take_endpoints(exchange, section, media);
    take_direction(section, media);
    media.initialized = true;
}

// ---- the receiver's side -------------------------------------------------------------------------------------

void choose_protocol(const Exchange& exchange, const sdp::Section& section, Media& receiver, Protocol sender_before) {
    const auto& wanted = exchange.flags->transport_protocol;
    const auto set = [&](Protocol protocol, const std::string& text) {
        receiver.protocol = protocol;
        receiver.protocol_text = text;
    };
    if (!wanted.empty() && wanted != "accept" && section.rtp()) return set(sdp::parse_protocol(wanted), wanted);
    if (!exchange.offer) {
        // The offerer sees the profile it offered, unless the answer is of another kind altogether.
        const bool same_kind = sdp::is_rtp(receiver.offered_protocol) == section.rtp();
        if (wanted == "accept" || !same_kind) return set(section.protocol, section.protocol_text);
        return set(receiver.offered_protocol, receiver.offered_protocol_text);
    }
    const bool keeps = receiver.initialized && sender_before == section.protocol && receiver.protocol != Protocol::other;
    if (!keeps) set(section.protocol, section.protocol_text);
}

void offer_mux(const Exchange& exchange, const sdp::Section& section, Mux& sender, Mux& receiver) {
    const auto& flags = *exchange.flags;
    sender.offered = receiver.wanted = section.wants_mux();
    if (flags.mux_require) receiver.active = true;
    const bool offered = flags.mux_offer || flags.mux_require || (sender.offered && !flags.mux_demux);
    receiver.asked = receiver.active || offered;
    receiver.accept = flags.mux_accept || (sender.offered && !receiver.asked);
    receiver.reject = flags.mux_reject;
}

void answer_mux(const sdp::Section& section, Mux& sender, Mux& receiver) {
    sender.active = section.wants_mux() && sender.asked;
    receiver.active = sender.wanted && !sender.reject && (sender.accept || sender.active);
}

void offer_codecs(const Exchange& exchange, const sdp::Section& section, Media& sender, Media& receiver) {
    const auto& flags = *exchange.flags;
    const auto* previous = receiver.codecs.empty() ? nullptr : &receiver.codecs;
    auto result = sdp::offer_codecs({section.codecs, previous, flags.codec, flags.static_codecs, flags.reuse_codecs,
                                     flags.allow_no_codec_media});
    sender.codecs = result.sender;
    sender.offered_codecs = std::move(result.sender);
    receiver.codecs = result.receiver;
    receiver.offered_codecs = std::move(result.receiver);
}

void answer_codecs(const Exchange& exchange, const sdp::Section& section, Media& sender, Media& receiver) {
    const auto& flags = *exchange.flags;
    auto result = sdp::answer_codecs({section.codecs, sender.offered_codecs, receiver.offered_codecs, flags.codec,
                                      flags.allow_asymmetric_codecs, flags.single_codec, flags.always_transcode,
                                      flags.allow_no_codec_media, flags.reuse_codecs});
    sender.codecs = std::move(result.answerer);
    receiver.codecs = std::move(result.offerer);
}

// Connectivity checks are not answered yet. So ICE is offered only where it is asked for by name; everybody else is
// told that there is none, and sends plain RTP.
void choose_ice(const Exchange& exchange, Media& receiver) {
    if (!exchange.offer) return;
    switch (exchange.flags->ice) {
    case ng::IceOption::remove: receiver.ice = false; break;
    case ng::IceOption::force:
    case ng::IceOption::optional:
    case ng::IceOption::force_relay: receiver.ice = true; break;
    case ng::IceOption::by_default: break;
    }
}

bool passes_through(const Exchange& exchange, const sdp::Section& section, bool before) {
    const auto& flags = *exchange.flags;
    const bool as_candidate = flags.ice == ng::IceOption::optional || flags.ice == ng::IceOption::force_relay;
    if (flags.passthrough == ng::Switch::on) return true;
    if (flags.passthrough == ng::Switch::off) return false;
    if (exchange.offer) return before || (as_candidate && section.ice.present());
    return before && section.ice.present();
}

void choose_passthrough(const Exchange& exchange, const sdp::Section& section, Media& sender, Media& receiver) {
    const bool passes = passes_through(exchange, section, sender.passthrough || receiver.passthrough);
    sender.passthrough = receiver.passthrough = passes;
    receiver.opaque = receiver.opaque || sender.opaque;
}

void choose_echo(const Exchange& exchange, Media& sender, Media& receiver) {
    using Echo = ng::MediaEcho;
    switch (exchange.flags->media_echo) {
    case Echo::unchanged: break;
    case Echo::blackhole: sender.echo = receiver.echo = Echo::blackhole; break;
    case Echo::both: sender.echo = receiver.echo = Echo::both; break;
    case Echo::forward: sender.echo = Echo::blackhole, receiver.echo = Echo::both; break;
    case Echo::backwards: sender.echo = Echo::both, receiver.echo = Echo::blackhole; break;
    }
}

void give_mid(const Exchange& exchange, const sdp::Section& section, Media& receiver) {
    if (!receiver.mid) receiver.mid = section.mid;
    if (!receiver.mid && exchange.offer && exchange.flags->generate_mid) receiver.mid = std::to_string(receiver.index);
}

void negotiate_codecs(const Exchange& exchange, const sdp::Section& section, Media& sender, Media& receiver) {
    if (!section.rtp() || section.port == 0) return;
    if (exchange.offer) offer_codecs(exchange, section, sender, receiver);
    else answer_codecs(exchange, section, sender, receiver);
}

void negotiate_pair(Exchange& exchange, const Pair& pair, ng::Learning default_learning) {
    const auto& section = *pair.section;
    auto& sender = *pair.sender;
    const auto sender_before = sender.initialized ? sender.protocol : Protocol::other;
    take_section(exchange, section, sender, default_learning);
    if (!pair.receiver) {
        sender.rejected = true;
        return;
    }
    auto& receiver = *pair.receiver;
    receiver.rejected = sender.rejected;
    receiver.pairs = exchange.offer ? sender.pairs : receiver.pairs;
    receiver.send = sender.recv;
    receiver.recv = sender.send;
    if (exchange.offer && section.ptime) receiver.ptime = section.ptime;
    if (!receiver.initialized) receiver.learning = sender.learning;
    choose_protocol(exchange, section, receiver, sender_before);
    if (exchange.offer) offer_mux(exchange, section, sender.mux, receiver.mux);
    else answer_mux(section, sender.mux, receiver.mux);
    negotiate_codecs(exchange, section, sender, receiver);
    choose_ice(exchange, receiver);
    choose_passthrough(exchange, section, sender, receiver);
    choose_echo(exchange, sender, receiver);
    give_mid(exchange, section, receiver);
    receiver.strict_source = exchange.flags->strict_source;
    receiver.media_handover = exchange.flags->media_handover;
}

} // namespace

void negotiate(Exchange& exchange, ng::Learning default_learning) {
    for (const auto& pair : exchange.pairs) negotiate_pair(exchange, pair, default_learning);
}

} // namespace rtpengine::call
