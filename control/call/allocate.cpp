// SPDX-License-Identifier: Apache-2.0
#include "control/call/allocate.h"

#include <algorithm>

#include "control/call/bundle.h"
#include "control/call/demand.h"

namespace rtpengine::call {

namespace {

Family family_of(const sdp::Section& section) {
    return section.connection ? section.connection->family : Family::none;
}

// "internal" and "external" without interfaces of that name are old words for the families of the default one.
Family family_by_name(const std::string& name, const ports::Interfaces& interfaces) {
    for (const auto& interface : interfaces.all())
        if (interface->name == name) return Family::none;
    if (name == "internal") return Family::ipv4;
    return name == "external" ? Family::ipv6 : Family::none;
}

// The family of the receiver's addresses: as requested, else its own, else the sender's.
void choose_families(const Pair& pair, Family requested) {
    const auto sender = family_of(*pair.section);
    if (sender != Family::none) pair.sender->family = sender;
    if (!pair.receiver) return;
    if (requested != Family::none) pair.receiver->family = requested;
    if (pair.receiver->family == Family::none) pair.receiver->family = sender;
}

void place_parties(Party& sender, Party& receiver, const std::vector<Pair>& pairs, const Terms& terms, ports::Interfaces& interfaces) {
    const auto& flags = terms.flags;
    const auto direction = [&](std::size_t i) {
        const auto& peer = i ? flags.outbound_peer : flags.inbound_peer;
        const auto* routed = terms.offer && peer ? interfaces.towards(*peer) : nullptr;
        if (routed) return routed->name;
        return terms.offer && i < flags.direction.size() ? flags.direction[i] : std::string{};
    };
    const auto inbound = direction(0), outbound = direction(1);
    const auto named = family_by_name(outbound, interfaces);
    const auto requested = flags.address_family != Family::none ? flags.address_family : named;
    for (const auto& pair : pairs) choose_families(pair, requested);
    if (pairs.empty()) return;
    const auto& first = pairs.front();
    place_party(sender, inbound, first.sender->family, interfaces);
    place_party(receiver, outbound, first.receiver ? first.receiver->family : requested, interfaces);
}

// RTP and RTCP of each pair, or RTP alone.
std::vector<unsigned> wanted_streams(const Media& media, bool rtp_alone) {
    std::vector<unsigned> streams;
    for (unsigned stream = 0; stream < 2 * media.pairs; stream += rtp_alone ? 2 : 1) streams.push_back(stream);
    return streams;
}

bool same_peer(const Endpoint& a, const Endpoint& b) {
    if (a.address.is_unspecified() || b.address.is_unspecified()) return a.port == b.port;
    return a == b;
}

// A set that was handed out before and still fits, nullptr: none.
PortSet* find_set(const Media& media, const Endpoint& peer, bool latches) {
    const auto fits = [&](const PortSet& set) {
        return set.interface == media.party->interface && set.family == media.family;
    };
    for (auto& set : media.sets)
        if (fits(*set) && same_peer(set->peer, peer)) return set.get();
    if (peer.port == 0) return media.current && fits(*media.current) ? media.current : nullptr;
    for (auto& set : media.sets)
        if (fits(*set) && set->peer.port == 0) return set.get();
    return media.current && fits(*media.current) && latches ? media.current : nullptr;
}

LocalPort make_port(Media& media, ports::LocalAddress& local, const DarkPort& dark, unsigned stream) {
    LocalPort made;
    made.media = &media;
    made.id = dark.id;
    made.lease = dark.lease;
    made.local = &local;
    made.stream = stream;
    return made;
}

// `streams`: the numbers of the streams that get ports, in a row.
bool take_ports(Media& media, std::vector<LocalPort>& to, ports::LocalAddress& local, const std::vector<unsigned>& streams,
                Basket& basket) {
    const auto ports = basket.take(local, static_cast<unsigned>(streams.size()));
    for (std::size_t i = 0; i < ports.size(); ++i) to.push_back(make_port(media, local, ports[i], streams[i]));
    return !ports.empty();
}

// With ICE, ports on every address of the interface, the primary one first.
std::vector<ports::LocalAddress*> addresses_for(const Media& media) {
    auto& primary = media.party->interface->primary(media.family);
    std::vector<ports::LocalAddress*> addresses{&primary};
    if (media.ice || media.passthrough)
        for (const auto& local : media.party->interface->addresses)
            if (local.get() != &primary) addresses.push_back(local.get());
    return addresses;
}

Result<PortSet*> new_set(Media& media, const Endpoint& peer, const std::vector<unsigned>& streams, Basket& basket) {
    auto set = std::make_unique<PortSet>();
    set->peer = peer;
    set->interface = media.party->interface;
    set->family = media.family;
    const auto addresses = addresses_for(media);
    if (auto fits = ports_fit(*media.party->call, addresses.size() * streams.size()); !fits) return fits.error();
    for (auto* local : addresses) {
        set->ports.emplace_back();
        if (!take_ports(media, set->ports.back(), *local, streams, basket)) return Error{out_of_ports};
    }
    media.sets.push_back(std::move(set));
    return media.sets.back().get();
}

// RTCP next to its RTP, unless somebody else has that port: a=rtcp says where it is (RFC 3605).
std::vector<DarkPort> take_beside(const std::vector<LocalPort>& address, ports::LocalAddress& local, unsigned stream, Basket& basket) {
    for (const auto& port : address)
        if (port.stream + 1 == stream && stream % 2 == 1)
            if (auto beside = basket.take_this(local, static_cast<std::uint16_t>(port.lease->port() + 1)); !beside.empty()) return beside;
    return basket.take(local, 1);
}

// One of a time without ICE may lack addresses now.
Status add_addresses(Media& media, PortSet& set, const std::vector<unsigned>& streams, Basket& basket) {
    const auto addresses = addresses_for(media);
    for (auto i = set.ports.size(); i < addresses.size(); ++i) {
        if (auto fits = ports_fit(*media.party->call, streams.size()); !fits) return fits.error();
        set.ports.emplace_back();
        if (!take_ports(media, set.ports.back(), *addresses[i], streams, basket)) return Error{out_of_ports};
    }
    return {};
}

// A set that was enough before may lack streams now: RTCP that was multiplexed (RFC 5761 section 5.1.3), further pairs.
Status complete_set(Media& media, PortSet& set, const std::vector<unsigned>& streams, Basket& basket) {
    for (auto& address : set.ports)
        for (const auto stream : streams) {
            const auto is_it = [stream](const LocalPort& port) { return port.stream == stream; };
            if (address.empty() || std::any_of(address.begin(), address.end(), is_it)) continue;
            auto& local = *address.front().local;
            const auto port = take_beside(address, local, stream, basket);
            if (port.empty()) return Error{out_of_ports};
            address.push_back(make_port(media, local, port.front(), stream));
        }
    return {};
}

// The party still sends to the former port and may be reachable only where it was learned: start from there.
void carry_over(const PortSet* former, PortSet& current) {
    if (!former || former == &current) return;
    for (auto& address : current.ports)
        for (auto& port : address)
            if (const auto* before = former->port(port.stream); before && !port.told)
                port.predecessor = before->key();
}

// RTCP goes over the RTP port from now on.
void drop_rtcp_ports(PortSet& set, Call& call) {
    for (auto& address : set.ports) {
        const auto rtcp = std::stable_partition(address.begin(), address.end(),
                                                [](const LocalPort& port) { return !port.rtcp(); });
        std::move(rtcp, address.end(), std::back_inserter(call.closing));
        address.erase(rtcp, address.end());
    }
}

// Passed on untouched: MSRP runs over TCP between the parties.
bool relayed(const Media& media) { return media.type != "message"; }

bool latches(const ng::Flags& flags, const Media& media) {
    if (flags.port_latching) return true;
    return !flags.no_port_latching && (media.ice || !media.recv);
}

// Its RTCP comes to the RTP port, for certain.
bool rtp_alone(const Terms& terms, const Media& media, bool offerer) {
    if (!offerer) return media.mux.active;
    const auto& flags = terms.flags;
    return (flags.mux_demux || flags.mux_accept) && media.mux.offered && !flags.mux_reject;
}

Status allocate_pair(const Pair& pair, const Terms& terms, Basket& basket) {
    auto& sender = *pair.sender;
    if (!pair.receiver || sender.rejected) {
        // The ports stay reserved: a section that comes back in a re-invite gets them again.
        sender.current = nullptr;
        if (pair.receiver) pair.receiver->current = nullptr;
        return {};
    }
    if (!relayed(sender)) return {};
    auto& receiver = *pair.receiver;
    const auto give = [&](Media& media, const Media& other, bool offerer) -> Status {
        if (is_carried(media)) return {}; // its own ports, if it has any, stay for when it leaves the bundle
        return give_ports(media, {other.rtp.signalled, rtp_alone(terms, media, offerer), latches(terms.flags, media)}, basket);
    };
    if (auto done = give(receiver, sender, false); !done) return done;
    if (!terms.offer && receiver.mux.active && !is_carried(receiver)) drop_rtcp_ports(*receiver.current, *receiver.party->call);
    return give(sender, receiver, terms.offer);
}

} // namespace

void place_party(Party& party, const std::string& requested, Family family, ports::Interfaces& interfaces) {
    const bool changed = !requested.empty() && requested != party.interface_name;
    if (!requested.empty()) party.interface_name = requested;
    if (!party.interface || changed) party.interface = &interfaces.select(party.interface_name, family);
}

Status give_ports(Media& media, const PortWish& wish, Basket& basket) {
    const auto streams = wanted_streams(media, wish.rtp_alone);
    auto* set = find_set(media, wish.peer, wish.latches);
    if (!set) {
        auto made = new_set(media, wish.peer, streams, basket);
        if (!made) return made.error();
        set = *made;
    } else {
        if (auto done = complete_set(media, *set, streams, basket); !done) return done;
        if (auto done = add_addresses(media, *set, streams, basket); !done) return done;
    }
    if (media.current && media.current != set) media.connectivity.restart(); // specification 6.1.3
    if (wish.peer.port) set->peer = wish.peer;
    carry_over(media.current, *set);
    media.current = set;
    return {};
}

Status allocate_ports(Party& sender, Party& receiver, const std::vector<Pair>& pairs, const Terms& terms, ports::Interfaces& interfaces,
                      Basket& basket) {
    place_parties(sender, receiver, pairs, terms, interfaces);
    for (const auto& pair : pairs)
        if (auto done = allocate_pair(pair, terms, basket); !done) return done;
    return {};
}

Status allocate_alone(Party& party, const ng::AddressingFlags& flags, ports::Interfaces& interfaces, Basket& basket) {
    place_party(party, flags.interface, party.medias.empty() ? Family::none : party.medias.front()->family, interfaces);
    for (const auto& media : party.medias) {
        if (media->rejected) media->current = nullptr;
        if (media->rejected || is_carried(*media) || !relayed(*media)) continue;
        if (auto done = give_ports(*media, {{}, media->mux.active, true}, basket); !done) return done;
    }
    return {};
}

void release_ports(Party& party) {
    for (auto& media : party.medias) {
        for (auto& set : media->sets)
            for (auto& address : set->ports)
                std::move(address.begin(), address.end(), std::back_inserter(party.call->closing));
        media->sets.clear();
        media->current = nullptr;
    }
}

} // namespace rtpengine::call
