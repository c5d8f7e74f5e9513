// SPDX-License-Identifier: Apache-2.0
#include "control/call/streams.h"

#include <algorithm>
#include <map>

#include "control/call/bundle.h"
#include "control/call/each_port.h"
#include "control/call/edit_rule.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/number_set.h"
#include "control/call/srtp_rule.h"

namespace rtpengine::call {

namespace {

void put(link::Endpoint& to, const Endpoint& endpoint) {
    const auto bytes = endpoint.address.raw();
    to.set_address(bytes.data(), bytes.size());
    to.set_port(endpoint.port);
}

link::Component component_of(const Media& media, const LocalPort& port) {
    // Under keys of ours it is RTP until an answer says otherwise.
    if (!sdp::is_rtp(media.protocol) || (media.passthrough && !media.keys.agreed)) return link::ANY;
    if (port.rtcp()) return link::RTCP;
    return media.mux.active || media.mux.asked || media.mux.offered ? link::MUXED : link::RTP;
}

link::Learning learning_of(const Media& media) {
    switch (media.learning) {
    case ng::Learning::off: return link::OFF;
    case ng::Learning::immediate: return link::IMMEDIATE;
    case ng::Learning::delayed: return link::DELAYED;
    case ng::Learning::heuristic:
    case ng::Learning::unset: break;
    }
    return link::HEURISTIC;
}

// What is sent and received with by a port of a media's. SDES has one pair for all of them, DTLS one for each.
const sdp::SdesPair* keys_of(const MediaFacts& media, unsigned stream) {
    if (media.dtls.association) return media.dtls.keys_of(stream);
    return media.keys.agreed ? &*media.keys.agreed : nullptr;
}

// What goes for all of one media towards another.
struct Leave {
    bool silent = false;     // nothing does
    Treatment treatment{};   // of media; RTCP passes
    std::uint64_t members = 0; // of the bundle that comes to the port, whose it is; 0: there is none
    int tos = 0;
    const MediaFacts* secured = nullptr; // has the keys; none: in the clear, or as it came
    const PortSet* by = nullptr;         // the receiver's ports
};

// One that is silent is there for its keys alone: their indices go on where they were. nullptr: there is none.
link::Sink* add_sink(link::Stream& stream, const LocalPort& exit, link::Component takes, const Leave& leave, bool silent = false) {
    const auto* const keys = leave.secured ? keys_of(*leave.secured, exit.stream) : nullptr;
    if ((silent || leave.silent || leave.secured) && !keys) return nullptr;
    auto& sink = *stream.add_sinks();
    sink.set_silent(silent || leave.silent);
    if (keys) put_keys(*sink.mutable_send(), keys->ours);
    sink.set_worker(exit.worker());
    sink.set_slot(exit.slot());
    sink.set_stream(exit.id);
    put(*sink.mutable_local(), exit.endpoint());
    sink.set_takes(takes);
    sink.set_tos(static_cast<std::uint32_t>(leave.tos));
    return &sink;
}

// What both take leaves as either has it; one that is silent adds nothing but its keys.
void join(link::Sink& sink, const link::Sink& other) {
    const auto members = sink.silent() && !other.silent() ? 0 : sink.members();
    sink.set_members(other.silent() && !sink.silent() ? members : members | other.members());
    sink.set_silent(sink.silent() && other.silent());
    add_edit(sink, other);
}

// Two media of a bundle that leave by the same port have one sink: an SSRC has one place where its indices are counted.
void join_sinks(link::Stream& stream) {
    auto& sinks = *stream.mutable_sinks();
    std::map<std::pair<std::uint64_t, link::Component>, link::Sink*> first;
    int kept = 0;
    for (int i = 0; i < sinks.size(); ++i) {
        auto& sink = sinks[i];
        const auto [known, fresh] = first.try_emplace({sink.stream(), sink.takes()}, &sink);
        if (fresh) sinks.SwapElements(kept++, i);
        else join(*known->second, sink);
    }
    sinks.DeleteSubrange(kept, sinks.size() - kept);
}

// RTCP towards a party leaves by its RTCP port, or by the RTP port where both share one.
const LocalPort* rtcp_exit(const Media& to, const PortSet& by, unsigned pair) {
    const auto& at = carrier(to);
    const auto* rtcp = at.mux.active ? nullptr : exit_port(at, by, 2 * pair + 1);
    return rtcp ? rtcp : exit_port(at, by, 2 * pair);
}

// A party that hasn't said where it is costs no packet: of 80 branches, 79 may never answer.
bool can_be_sent_to(const Media& media) {
    const auto& by = carrier(media);
    const bool checked = has_agent(by) && !by.connectivity.peer_ufrag.empty(); // or will be
    const bool known = by.rtp.filled && !by.rtp.signalled.address.is_unspecified();
    return by.current && !media.rejected && !waits_for_keys(by) && (checked || known);
}

void add_rtp_sink(link::Stream& stream, const LocalPort& exit, const Media& to, const Media& source, const Leave& leave) {
    const bool nothing = !to.send || (leave.members && !source.recv) || (leave.treatment.blocked && (leave.treatment.no_events || !has_events(source)));
    auto* sink = add_sink(stream, exit, link::RTP, leave, nothing);
    if (!sink) return;
    put_rtp_edit(*sink, source, to, leave.treatment);
    sink->set_members(leave.members);
}

void add_sinks_towards(link::Stream& stream, const LocalPort& from, const Media& to, Subscription what, const Leave& leave) {
    if (!leave.by) return;
    if (!what.carries()) what.rtp = what.rtcp = true; // silent ones
    const auto pair = from.stream / 2;
    const auto component = stream.component();
    if (component == link::ANY) {
        const bool wanted = from.rtcp() ? what.rtcp : what.rtp;
        if (const auto* exit = exit_port(carrier(to), *leave.by, from.stream); exit && wanted) add_sink(stream, *exit, link::ANY, leave);
        return;
    }
    const auto* rtp = exit_port(carrier(to), *leave.by, 2 * pair);
    if (component != link::RTCP && rtp && what.rtp) add_rtp_sink(stream, *rtp, to, *what.source, leave);
    const auto* rtcp = rtcp_exit(to, *leave.by, pair);
    if (component == link::RTP || !rtcp || !what.rtcp) return;
    if (auto* sink = add_sink(stream, *rtcp, link::RTCP, leave)) put_rtcp_edit(*sink, *what.source, to, leave.treatment);
}

// What keys know a media's ports by, whichever of its addresses packets come to: the RTP stream of the primary one.
std::uint64_t rtp_stream(const PortSet& set) {
    const auto* port = set.port(0);
    return port ? port->id : 0;
}

// By which of the receiver's ports, and under what, packets leave that have come in by the ports whose RTP stream is `in`. As long as other
// ports have no keys that are agreed upon, by those that have; what comes another way than they were agreed for goes nowhere.
Leave towards(const Media& receiver, std::uint64_t in) {
    const auto& by = carrier(receiver);
    if (!by.dtls.association && !by.keys.agreed) return {.by = by.current};
    // Keys of DTLS, and of who listens, are for all that leaves by a port: who comes by which is a matter of subscriptions, and of SSRCs.
    const auto way = by.dtls.association ? by.dtls.way : by.keys.agreed_on;
    const Way agreed_on{by.dtls.association || !way.in ? in : way.in, way.out};
    Leave leave{.silent = true};
    for (const auto& set : by.sets) {
        const auto* port = set->port(0);
        if (!port || Way{in, port->id} != agreed_on) continue;
        leave.silent = false;
        leave.secured = &by;
        leave.by = set.get();
    }
    return leave;
}

// Everybody who is subscribed to it has it as it came. One who hasn't, and it is decrypted, and encrypted for all.
bool passes_as_it_came(const Call& call, const Media& media) {
    if (!carrier(media).keys.agreed) return false;
    bool any = false;
    for (const auto& party : call.parties)
        for (const auto& receiver : party->medias) {
            if (!receiver->subscribed_to(media)) continue;
            if (!has_same_keys(carrier(media), carrier(*receiver))) return false;
            any = true;
        }
    return any;
}

// Its party's own packets go back to it, and are SRTP. Those of a bundle don't.
bool echoes_secured(const Media& media) {
    return media.echo == ng::MediaEcho::both && (media.keys.agreed || media.dtls.association) && !is_carried(media) && sharers(media).empty();
}

// Everybody who is subscribed to `media`, whose packets come to that port.
void add_sinks(link::Stream& stream, const Call& call, const Media& media, const PortSet& set, const LocalPort& port, bool as_it_came,
               std::uint64_t members = 0) {
    const bool nothing = waits_for_keys(carrier(media)) || (carrier(media).dtls.association && !stream.has_receive()) || echoes_secured(media);
    for (const auto& party : call.parties)
        for (const auto& receiver : party->medias)
            if (const auto* subscription = receiver->subscription_to(media)) {
                auto leave = as_it_came ? Leave{.by = carrier(*receiver).current} : towards(*receiver, rtp_stream(set));
                leave.silent = leave.silent || nothing || !can_be_sent_to(*receiver) || !subscription->carries();
                leave.treatment = {call.blocked || media.blocked || subscription->blocked,
                                   call.silenced || media.silenced || subscription->silenced, as_it_came, members != 0,
                                   call.events_blocked || media.party->events_blocked};
                leave.members = members;
                leave.tos = call.tos;
                add_sinks_towards(stream, port, *receiver, *subscription, leave);
            }
}

link::Echo echo_of(const Media& media) {
    if (media.echo == ng::MediaEcho::both) return link::REFLECT;
    return media.echo == ng::MediaEcho::blackhole ? link::BLACKHOLE : link::NO_ECHO;
}

void describe_party(link::Stream& stream, const Media& media) {
    stream.set_learning(learning_of(media));
    stream.set_learn_epoch(media.learn_epoch);
    stream.set_strict_source(media.strict_source);
    stream.set_media_handover(media.media_handover);
    stream.set_asymmetric(media.asymmetric);
    stream.set_nat_wait(media.nat_wait);
    stream.set_pierce_nat(media.pierce_nat);
    stream.set_loop_check(media.loop_check);
    stream.set_echo(echo_of(media));
    stream.set_rtp_not_forwarded(!media.recv);
}

// By their codecs of now and of the last offer: what is in use may be sent until the answer is there.
std::bitset<128> types_of(const Media& media) {
    std::bitset<128> types;
    for (const auto* codecs : {&media.codecs, &media.offered_codecs})
        for (const auto& codec : *codecs)
            if (codec.payload_type >= 0 && codec.payload_type < 128) types.set(static_cast<std::size_t>(codec.payload_type));
    return types;
}

// Several media come to this port.
void describe_bundle(const Call& call, const std::vector<const Media*>& members, const PortSet& set, const LocalPort& port, bool as_it_came,
                     link::Stream& stream) {
    auto& bundle = *stream.mutable_bundle();
    bool any = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& media = *members[i];
        auto& member = *bundle.add_members();
        member.set_mid(media.mid.value_or(""));
        member.set_types(to_bytes(types_of(media)));
        bundle.set_mid_extension(std::max(bundle.mid_extension(), media.extensions.mid));
        any |= media.recv;
        add_sinks(stream, call, media, set, port, as_it_came, std::uint64_t{1} << i);
    }
    stream.set_rtp_not_forwarded(!any);
    join_sinks(stream);
    const auto all = ~std::uint64_t{0} >> (64 - members.size());
    for (auto& sink : *stream.mutable_sinks())
        if (sink.members() == all) sink.set_members(0);
    if (std::ranges::all_of(stream.sinks(), [](const auto& sink) { return !sink.members(); })) stream.clear_bundle(); // nothing to tell apart
}

// Under our key, as anything else that the party is sent: the stream is its own sink. Once there it stays, as others do: its key has used indices.
void add_echo(const Call& call, const Media& media, const PortSet& set, const LocalPort& port, link::Stream& stream) {
    if (echoes_secured(media)) stream.set_echo(link::NO_ECHO);
    if (&set != media.current || !stream.has_receive()) return;
    const Leave leave{.silent = !echoes_secured(media), .tos = call.tos, .secured = &media, .by = &set};
    for (const auto takes : {link::RTP, link::RTCP})
        if (stream.component() == takes || stream.component() == link::MUXED) add_sink(stream, port, takes, leave);
}

// The handshake of a port that its party knows. One of before, or that isn't used, takes nothing in the clear all the same.
void put_dtls(const Dtls& dtls, bool used, unsigned number, link::Dtls& to) {
    to.set_association(dtls.association->number);
    to.set_active(dtls.association->active);
    to.set_identity(dtls.identity);
    to.set_hash(dtls.association->peer.fingerprint.hash);
    to.set_fingerprint(dtls.association->peer.fingerprint.digest);
    to.set_done(!used || dtls.is_done(number));
}

void describe_keys(const Media& media, const PortSet& set, const LocalPort& port, link::Stream& stream) {
    const auto* const keys = keys_of(media, port.stream);
    const auto& dtls = media.dtls;
    if (!dtls.association) return keys ? put_keys(*stream.mutable_receive(), keys->theirs) : void();
    const auto* const first = set.port(0);
    if (keys && first && first->id == dtls.way.out) put_keys(*stream.mutable_receive(), keys->theirs);
    const bool used = &set == media.current && !media.rejected && !(port.rtcp() && media.mux.active);
    put_dtls(dtls, used, port.stream, *stream.mutable_dtls());
}

void describe(const Call& call, const Media& media, const PortSet& set, const LocalPort& port, link::Stream& stream) {
    stream.set_id(port.id);
    stream.set_slot(port.slot());
    put(*stream.mutable_local(), port.endpoint());
    stream.set_component(component_of(media, port));
    const auto& remote = port.rtcp() ? media.rtcp : media.rtp;
    if (remote.filled) put(*stream.mutable_signalled(), remote.signalled);
    if (port.initial_remote.known()) put(*stream.mutable_initial_remote(), port.initial_remote);
    stream.set_signalled_epoch(remote.epoch);
    stream.set_tos(static_cast<std::uint32_t>(call.tos));
    stream.set_drop(call.drop_traffic);
    stream.set_scope(call.id + "/" + media.party->tag + "/" + std::to_string(media.index));
    describe_party(stream, media);
    put_ice(stream, media, set, port);
    const auto shared = sharers(media);
    const bool as_it_came = shared.empty() ? !echoes_secured(media) && passes_as_it_came(call, media)
                                           : std::ranges::all_of(shared, [&](const auto* each) { return passes_as_it_came(call, *each); });
    if (!as_it_came) describe_keys(media, set, port, stream);
    if (media.has_echoed) add_echo(call, media, set, port, stream);
    if (shared.empty()) add_sinks(stream, call, media, set, port, as_it_came);
    else describe_bundle(call, shared, set, port, as_it_came, stream);
}

// A port that follows another one goes on with the endpoint learned there, unless the SDP named a new one since.
void inherit(const Media& media, LocalPort& port, const StateReader& read) {
    if (!port.predecessor) return;
    const auto record = read(*port.predecessor);
    const auto& remote = port.rtcp() ? media.rtcp : media.rtp;
    if (record && record->signalled_epoch.get() == remote.epoch) port.initial_remote = state::load_remote(*record);
    port.predecessor.reset();
}

} // namespace

std::vector<std::pair<LocalPort*, link::Stream*>> desired_streams(const std::vector<Media*>& medias, const StateReader& read,
                                                                  link::Arena& arena) {
    std::vector<std::pair<LocalPort*, link::Stream*>> streams;
    for (auto* media : medias)
        for_each_port(*media, [&](const PortSet& set, LocalPort& port) {
            inherit(*media, port, read);
            auto& stream = arena.make<link::Stream>();
            describe(*media->party->call, *media, set, port, stream);
            streams.emplace_back(&port, &stream);
        });
    return streams;
}

} // namespace rtpengine::call
