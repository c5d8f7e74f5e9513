// SPDX-License-Identifier: Apache-2.0
#include "control/store/writer.h"

#include <algorithm>

#include "control/call/number_set.h"
#include "control/call/srtp_rule.h"
#include "control/store/media_flags.h"

namespace rtpengine::store {

namespace {

void put(const Endpoint& endpoint, link::Endpoint& to) {
    const auto bytes = endpoint.address.raw();
    to.set_address(bytes.data(), bytes.size());
    to.set_port(endpoint.port);
}

void put(const call::Counters& counters, Counters& to) {
    to.set_packets(counters.packets);
    to.set_bytes(counters.bytes);
    to.set_errors(counters.errors);
}

void put(const sdp::Codec& codec, Codec& to) {
    to.set_payload_type(codec.payload_type);
    to.set_name(codec.name);
    to.set_clock_rate(codec.clock_rate);
    to.set_channels(codec.channels);
    if (codec.fmtp) to.set_fmtp(*codec.fmtp);
    for (const auto& value : codec.rtcp_fb) to.add_rtcp_fb(value);
}

void put(const call::Remote& remote, Remote& to) {
    put(remote.signalled, *to.mutable_signalled());
    to.set_filled(remote.filled);
    to.set_epoch(remote.epoch);
}

void put(const call::LocalPort& port, Port& to) {
    to.set_id(port.id);
    put(port.endpoint(), *to.mutable_local());
    to.set_stream(port.stream);
    if (port.initial_remote.known()) put(port.initial_remote, *to.mutable_initial_remote());
    to.set_opened(port.told);
    if (port.out.packets || port.out.errors) put(port.out, *to.mutable_out());
}

void put(const call::PortSet& set, PortSet& to) {
    put(set.peer, *to.mutable_peer());
    to.set_interface(set.interface->name);
    to.set_family(static_cast<std::uint32_t>(set.family));
    for (const auto& address : set.ports) {
        auto& ports = *to.add_addresses();
        for (const auto& port : address) put(port, *ports.add_ports());
    }
}

std::uint32_t flags_of(const call::Media& media) {
    std::uint32_t flags = 0;
    for (std::size_t i = 0; i < std::size(media_flags); ++i)
        if (media_flags[i]) flags |= std::uint32_t{media.*media_flags[i]} << i;
    for (std::size_t i = 0; i < mux_flags.size(); ++i)
        flags |= std::uint32_t{media.mux.*mux_flags[i]} << (first_mux_flag + i);
    return flags;
}

void put(const sdp::Crypto& crypto, Crypto& to) {
    to.set_tag(crypto.tag);
    call::put_keys(*to.mutable_srtp(), crypto);
    to.set_passed_on(crypto.passed_on);
}

void put(const sdp::Candidate& candidate, Ice::Candidate& to) {
    to.set_foundation(candidate.foundation);
    to.set_component(candidate.component);
    to.set_priority(candidate.priority);
    put(candidate.endpoint, *to.mutable_endpoint());
    to.set_type(candidate.type);
    if (candidate.related) put(*candidate.related, *to.mutable_related());
}

void put(const call::Connectivity& connectivity, Ice& to) {
    to.set_ufrag(connectivity.ufrag);
    to.set_pwd(connectivity.pwd);
    to.set_peer_ufrag(connectivity.peer_ufrag);
    to.set_peer_pwd(connectivity.peer_pwd);
    to.set_peer_lite(connectivity.peer_lite);
    to.set_lite(connectivity.lite);
    to.set_met(connectivity.met);
    to.set_offers(connectivity.offers);
    to.set_renewed(connectivity.renewed);
    to.set_trickle(connectivity.trickle);
    to.set_ice2(connectivity.ice2);
    for (const auto& candidate : connectivity.candidates) put(candidate, *to.add_candidates());
    for (const auto& pair : connectivity.selected) {
        auto& selected = *to.add_selected();
        selected.set_address(pair.address);
        if (pair.remote.known()) put(pair.remote, *selected.mutable_remote());
    }
}

void put(const call::Way& way, Way& to) {
    to.set_in(way.in);
    to.set_out(way.out);
}

void put(const call::Keys& keys, Keys& to) {
    for (const auto& line : keys.offered) put(line, *to.add_offered());
    to.set_preferred(keys.preferred);
    for (const auto& line : keys.sent) put(line, *to.add_sent());
    if (keys.agreed) {
        put(keys.agreed->ours, *to.mutable_ours());
        put(keys.agreed->theirs, *to.mutable_theirs());
    }
    to.set_in_clear(keys.in_clear);
    put(keys.sent_on, *to.mutable_sent_on());
    put(keys.agreed_on, *to.mutable_agreed_on());
}

void put(const std::vector<sdp::Extension>& all, google::protobuf::RepeatedPtrField<Extension>& to) {
    for (const auto& extension : all) {
        auto& record = *to.Add();
        record.set_id(extension.id);
        record.set_name(extension.name);
    }
}

void put(const call::Extensions& extensions, Extensions& to) {
    put(extensions.shown, *to.mutable_shown());
    put(extensions.accepted, *to.mutable_accepted());
    to.set_mixed(extensions.mixed);
    to.set_mid(extensions.mid);
    to.set_stripped(call::to_bytes(extensions.stripped));
    to.set_strips_all(extensions.strips_all);
    to.set_offered(call::to_bytes(extensions.offered));
}

void put(const sdp::Twin& twin, Twin& to) {
    to.set_protocol_text(twin.protocol_text);
    to.set_formats(twin.formats);
    to.set_after(twin.after);
}

void put(const call::Dtls::Said& said, Dtls::Said& to) {
    to.set_setup(static_cast<std::uint32_t>(said.setup));
    to.set_hash(said.fingerprint.hash);
    to.set_digest(said.fingerprint.digest);
    to.set_tls_id(said.tls_id);
}

void put(const call::Dtls::Association& association, Dtls::Association& to) {
    to.set_number(association.number);
    to.set_active(association.active);
    put(association.peer, *to.mutable_peer());
}

void put(const call::Dtls& dtls, Dtls& to) {
    put(dtls.heard, *to.mutable_heard());
    to.set_be_passive(dtls.be_passive);
    to.set_offered(dtls.offered);
    to.set_refused(dtls.refused);
    to.mutable_shown()->set_hash(dtls.shown.hash);
    to.mutable_shown()->set_digest(dtls.shown.digest);
    to.set_identity(dtls.identity);
    to.set_tls_id(dtls.tls_id);
    to.set_associations(dtls.associations);
    if (dtls.association) put(*dtls.association, *to.mutable_association());
    put(dtls.way, *to.mutable_way());
    for (const auto& [stream, established] : dtls.keys) {
        auto& each = *to.add_keys();
        each.set_stream(stream);
        each.set_association(established.association);
        put(established.keys.ours, *each.mutable_ours());
        put(established.keys.theirs, *each.mutable_theirs());
    }
}

// Parties are numbered as they come, and stay.
std::uint32_t place_of(const call::Party& party) { return party.number - 1; }

void put(const call::Media& media, MediaKey& to) {
    to.set_party(place_of(*media.party));
    to.set_media(media.index - 1);
}

void write(const call::Subscription& subscription, Media& to) {
    const auto place = static_cast<std::uint32_t>(to.subscriptions_size());
    put(*subscription.source, *to.add_subscriptions());
    if (subscription.blocked) put(*subscription.source, *to.add_blocked_sources());
    if (subscription.kind == call::Subscription::Kind::offer_answer && subscription.rtp && subscription.rtcp && !subscription.silenced) return;
    auto& more = *to.add_subscribed();
    more.set_place(place);
    more.set_kind(static_cast<std::uint32_t>(subscription.kind));
    more.set_without_rtp(!subscription.rtp);
    more.set_without_rtcp(!subscription.rtcp);
    more.set_silenced(subscription.silenced);
}

void write_ports(const call::Media& media, Media& to) {
    for (const auto& set : media.sets) {
        if (set.get() == media.current) to.set_current(static_cast<std::uint32_t>(to.sets_size()));
        put(*set, *to.add_sets());
    }
    for (const auto& [stream, former] : media.former) {
        auto& record = *to.add_former();
        record.set_stream(stream);
        put(former.in, *record.mutable_in());
        put(former.out, *record.mutable_out());
        record.set_last_packet_us(us_of(former.last_packet));
    }
}

void write_sdp(const call::Media& media, Media& to) {
    to.set_type(media.type);
    to.set_protocol(static_cast<std::uint32_t>(media.protocol));
    to.set_protocol_text(media.protocol_text);
    to.set_offered_protocol(static_cast<std::uint32_t>(media.offered_protocol));
    to.set_offered_protocol_text(media.offered_protocol_text);
    for (const auto& codec : media.codecs) put(codec, *to.add_codecs());
    for (const auto& codec : media.offered_codecs) put(codec, *to.add_offered_codecs());
    to.set_last_section(media.last_section);
    if (media.mid) to.set_mid(*media.mid);
    to.set_ptime(media.ptime);
    to.set_maxptime(media.maxptime);
}

void write(const call::Media& media, Media& to) {
    write_sdp(media, to);
    write_ports(media, to);
    to.set_flags(flags_of(media));
    to.set_family(static_cast<std::uint32_t>(media.family));
    put(media.rtp, *to.mutable_rtp());
    put(media.rtcp, *to.mutable_rtcp());
    to.set_learn_epoch(media.learn_epoch);
    to.set_pairs(media.pairs);
    if (media.connectivity != call::Connectivity{}) put(media.connectivity, *to.mutable_ice());
    to.set_learning(static_cast<std::uint32_t>(media.learning));
    to.set_echo(static_cast<std::uint32_t>(media.echo));
    if (media.keys != call::Keys{}) put(media.keys, *to.mutable_keys());
    if (media.extensions != call::Extensions{}) put(media.extensions, *to.mutable_extensions());
    to.set_bundle(media.bundle);
    if (media.twin) put(*media.twin, *to.mutable_twin());
    if (media.dtls != call::Dtls{}) put(media.dtls, *to.mutable_dtls());
    for (const auto& subscription : media.subscriptions) write(subscription, to);
}

void write(const sdp::Origin& origin, Origin& to) {
    to.set_username(origin.username);
    to.set_session_id(origin.session_id);
    to.set_version(origin.version);
    to.set_address_type(origin.address_type);
    to.set_address(origin.address);
}

void write(const call::Party& party, Party& to) {
    to.set_number(party.number);
    to.set_tag(party.tag);
    for (const auto& alias : party.aliases) to.add_aliases(alias);
    for (const auto& key : party.alias_keys) to.add_alias_keys(key);
    to.set_via_branch(party.via_branch);
    to.set_label(party.label);
    to.set_metadata(party.metadata);
    to.set_created_us(us_of(party.created));
    for (const auto& media : party.medias) write(*media, *to.add_medias());
    for (const auto& peer : party.call->parties) // in their order, not in that of their addresses
        if (party.associations.contains(peer.get())) to.add_associations(place_of(*peer));
    if (party.last_body.origin) write(*party.last_body.origin, *to.mutable_last_origin());
    to.set_last_text(party.last_body.text);
    to.set_last_versioned(party.last_body.versioned);
    if (party.session_name) to.set_session_name(*party.session_name);
    to.set_final_response(party.final_response);
    to.set_events_blocked(party.events_blocked);
    to.set_interface_name(party.interface_name);
    if (party.interface) to.set_interface(party.interface->name);
    to.set_closed(party.closed);
    to.set_last_session(party.last_session);
    to.set_gone(party.gone);
    to.set_forwarding(party.forwarding);
    to.set_unrecorded(party.unrecorded);
    if (party.delete_at) to.set_delete_at_us(us_of(*party.delete_at));
}

// The parties of a part; 0: those of the record.
template <class Visit> void for_each_of(const call::Call& call, std::uint32_t part, Visit visit) {
    const auto end = std::min(call.parties.size(), (part + 1) * parties_a_part);
    for (auto place = part * parties_a_part; place < end; ++place) visit(*call.parties[place]);
}

// To a record, or a part.
template <class Message> void add_parties(const call::Call& call, std::uint32_t part, Message& to) {
    for_each_of(call, part, [&](const auto& party) { write(party, *to.add_parties()); });
}

void write_facts(const call::Call& call, const std::string& instance, Call& record) {
    record.set_number(call.number);
    record.set_instance(instance);
    record.set_id(call.id);
    record.set_created_us(us_of(call.created));
    record.set_last_signal_us(us_of(call.last_signal));
    put(call.created_from, *record.mutable_created_from());
    record.set_tos(call.tos);
    record.set_drop_traffic(call.drop_traffic);
    record.set_blocked(call.blocked);
    record.set_silenced(call.silenced);
    record.set_events_blocked(call.events_blocked);
    record.set_recording(static_cast<std::uint32_t>(call.recording));
    record.set_forwarding(call.forwarding);
    record.set_metadata(call.metadata);
    record.set_lease_s(static_cast<std::uint32_t>(call.lease.count()));
    if (call.delete_at) record.set_delete_at_us(us_of(*call.delete_at));
    record.set_party_count(static_cast<std::uint32_t>(call.parties.size()));
}

} // namespace

void write(const call::Call& call, const std::string& instance, Call& record) {
    write_facts(call, instance, record);
    for (std::uint32_t part = 0; part <= parts_of(call); ++part) add_parties(call, part, record);
}

void write_record(const call::Call& call, const std::string& instance, Call& record) {
    write_facts(call, instance, record);
    add_parties(call, 0, record);
}

void write_part(const call::Call& call, std::uint32_t number, Part& part) {
    add_parties(call, number, part);
}

bool part_changed(const call::Call& call, std::uint32_t number) {
    bool changed = false;
    for_each_of(call, number, [&](const auto& party) { changed |= party.unkept; });
    return changed;
}

Totals write_totals(const call::Totals& totals) {
    Totals to;
    to.set_since_ms(totals.since_ms);
    to.set_managed(totals.managed);
    to.set_rejected(totals.rejected);
    to.set_timeout(totals.timeout);
    to.set_silent_timeout(totals.silent_timeout);
    to.set_final_timeout(totals.final_timeout);
    to.set_offer_timeout(totals.offer_timeout);
    to.set_regular(totals.regular);
    to.set_forced(totals.forced);
    to.set_zero_way(totals.zero_way);
    to.set_one_way(totals.one_way);
    to.set_duration_s(totals.duration_s);
    to.set_duration_squared_s(totals.duration_squared_s);
    return to;
}

} // namespace rtpengine::store
