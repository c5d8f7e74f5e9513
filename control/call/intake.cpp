// SPDX-License-Identifier: Apache-2.0
#include "control/call/intake.h"

#include <algorithm>

#include "control/call/bundle.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/sdp/kept.h"

namespace rtpengine::call {

namespace {

using sdp::Direction;
using sdp::Protocol;

// ---- which media ---------------------------------------------------------------------------------------------

Media& media_of(Party& party, const std::vector<Said>& said, std::size_t position, const sdp::Section& section) {
    const auto used = [&](const Media& media) {
        return std::any_of(said.begin(), said.end(), [&](const Said& each) { return each.media == &media; });
    };
    if (section.mid)
        for (const auto& media : party.medias)
            if (media->mid == section.mid && media->type == section.type && !used(*media)) return *media;
    return party.media_at(position, section.type);
}

bool removed(const ng::BodyFlags& flags, const sdp::Section& section) {
    static const char* const named[] = {"audio", "video", "image", "message", "text", "application"};
    const auto& types = flags.media_remove;
    const auto listed = [&](const std::string& type) {
        return std::find(types.begin(), types.end(), type) != types.end();
    };
    if (types.empty()) return false;
    if (listed(section.type)) return true;
    return listed("other") && std::find(std::begin(named), std::end(named), section.type) == std::end(named);
}

// ---- what it says of it --------------------------------------------------------------------------------------

void take_remote(Remote& remote, const Endpoint& endpoint) {
    const bool known = endpoint.address.known() && endpoint.port;
    if (remote.signalled == endpoint && remote.filled == known) return;
    remote = {endpoint, known, remote.epoch + 1};
}

Endpoint trusted(Endpoint endpoint, const ng::AddressingFlags& flags, const sdp::Section& section) {
    if (flags.sip_source_address && flags.received_from && !section.ice.present())
        endpoint.address = *flags.received_from;
    return endpoint;
}

void take_endpoints(const ng::AddressingFlags& flags, const sdp::Section& section, Media& media) {
    if (media.rejected) return; // what was known stays in the reports
    const auto rtp = trusted(section.rtp_endpoint(), flags, section);
    take_remote(media.rtp, rtp);
    const auto rtcp = section.rtcp && section.rtcp->address ? section.rtcp_endpoint()
                                                       : trusted(section.rtcp_endpoint(), flags, section);
    take_remote(media.rtcp, rtcp);
}

void take_direction(const sdp::Section& section, Media& media) {
    const auto direction = section.direction;
    const bool zero = section.zero_address() && !section.trickle_placeholder();
    media.recv = direction == Direction::sendrecv || direction == Direction::sendonly;
    media.send = (direction == Direction::sendrecv || direction == Direction::recvonly) && !zero;
}

// Learning flags are given anew with every message, for both parties of it.
void take_flags(const ng::PacketFlags& flags, Media& media, ng::Learning default_learning) {
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

void take_section(const Terms& terms, const sdp::Section& section, Media& media, ng::Learning learning) {
    media.protocol = section.protocol;
    media.protocol_text = section.protocol_text;
    media.offered_protocol = terms.offer ? section.protocol : media.offered_protocol;
    media.offered_protocol_text = terms.offer ? section.protocol_text : media.offered_protocol_text;
    media.last_section = sdp::keep(section);
    if (terms.offer) media.twin = section.twin;
    media.rejected = section.port == 0;
    media.pairs = section.port_count;
    if (section.mid) media.mid = section.mid;
    if (section.ptime) media.ptime = section.ptime;
    media.maxptime = section.maxptime;
    take_ice(terms, section, media);
    if (!media.rejected)
        media.feedback = section.protocol == Protocol::rtp_avpf || section.protocol == Protocol::rtp_savpf ||
                         section.protocol == Protocol::udp_tls_rtp_savpf;
    take_flags(terms.flags, media, learning);
    take_endpoints(terms.flags, section, media);
    take_direction(section, media);
    take_keys(terms, section, media);
    if (terms.offer && !media.removed) media.mux.offered = section.wants_mux();
    if (terms.offer && media.removed) media.rejected = true;
    media.initialized = true;
}

} // namespace

std::vector<Said> take_in(Party& party, const sdp::Session& session, const Terms& terms, ng::Learning default_learning) {
    std::vector<Said> all;
    for (std::size_t i = 0; i < session.sections.size(); ++i) {
        const auto& section = session.sections[i];
        auto& media = media_of(party, all, i, section);
        media.type = section.type;
        if (terms.offer) media.removed = removed(terms.flags, section);
        all.push_back({&section, &media, media.initialized ? media.protocol : Protocol::other, media.mid});
    }
    party.last_session = sdp::keep_session(session);
    if (!party.session_name) party.session_name = session.name;
    for (const auto& said : all) take_section(terms, *said.section, *said.media, default_learning);
    take_bundles(terms, session.groups, all, party);
    return all;
}

} // namespace rtpengine::call
