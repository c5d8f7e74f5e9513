// SPDX-License-Identifier: Apache-2.0
#include "control/call/demand.h"

#include "control/budget.h"
#include "control/call/each_port.h"

namespace rtpengine::call {

namespace {

std::size_t size_of(const std::optional<std::string>& text) { return text ? text->size() : 0; }

std::size_t size_of(const std::optional<sdp::Origin>& origin) {
    if (!origin) return 0;
    return origin->username.size() + origin->session_id.size() + origin->version.size() + origin->address.size();
}

// What was offered; what the other side is sent grows with it.
std::size_t size_of(const Keys& keys) {
    std::size_t size = 0;
    for (const auto& line : keys.offered) size += sizeof line + line.keys.size() * sizeof line.keys.front();
    return size;
}

std::size_t size_of(const Connectivity& connectivity) {
    std::size_t size = connectivity.peer_ufrag.size() + connectivity.peer_pwd.size();
    for (const auto& candidate : connectivity.candidates) size += sizeof candidate + candidate.foundation.size();
    return size;
}

std::size_t size_of(const Media& media) {
    return size_of(media.keys) + size_of(media.connectivity) + media.last_section.size() + size_of(media.mid) + media.type.size() + media.protocol_text.size() + (media.twin ? media.twin->protocol_text.size() + media.twin->formats.size() : 0) +
           media.offered_protocol_text.size();
}

// All of a party that is text and came from outside.
std::size_t size_of(const Party& party) {
    std::size_t size = party.tag.size() + party.via_branch.size() + party.label.size() + party.metadata.size() +
                       party.interface_name.size() + size_of(party.session_name) + party.last_session.size() + party.last_body.text.size() +
                       size_of(party.last_body.origin);
    for (const auto* names : {&party.aliases, &party.alias_keys})
        for (const auto& name : *names) size += name.size();
    for (const auto& media : party.medias) size += size_of(*media);
    return size;
}

std::size_t codecs_of(const sdp::Session& session) {
    std::size_t codecs = 0;
    for (const auto& section : session.sections) codecs += section.codecs.size();
    return codecs;
}

Demand look_at(const Party& party) {
    Demand demand;
    demand.medias = party.medias.size();
    demand.text = size_of(party);
    for (const auto& media : party.medias) {
        demand.codecs += media->codecs.size();
        demand.ports += count_ports(*media);
    }
    return demand;
}

// One that is being changed is looked at each time.
Demand demand_of(Party& party) {
    if (party.unkept) return look_at(party);
    if (!party.demand) party.demand = look_at(party);
    return *party.demand;
}

Demand demand_of(const Call& call) {
    Demand all;
    for (const auto& party : call.parties) {
        const auto demand = demand_of(*party);
        all.medias += demand.medias;
        all.codecs += demand.codecs;
        all.ports += demand.ports;
        all.text += demand.text;
    }
    return all;
}

// RTP and RTCP of each pair, on both sides: what a body takes at most on one address.
std::size_t most_ports(const sdp::Session& session) {
    std::size_t ports = 0;
    for (const auto& section : session.sections) ports += section.port ? 4 * section.port_count : 0;
    return ports;
}

// Else strangers who know a Call-ID could see to it that its call takes no re-INVITE any more.
bool is_ordinary_between_known(const Call& call, const ng::Flags& flags, const sdp::Session& session) {
    return call.find_tag(flags.from_tag) && call.find_tag(flags.to_tag) &&
           session.sections.size() <= budget::ordinary::sections && codecs_of(session) <= budget::ordinary::codecs &&
           flags.sdp.size() + flags.metadata.size() <= budget::ordinary::text;
}

} // namespace

Status call_fits(const Call& call, const ng::Flags& flags, const sdp::Session& session) {
    if (auto fits = budget::ports.allows(most_ports(session)); !fits) return fits;
    if (is_ordinary_between_known(call, flags, session)) return {};
    const auto has = demand_of(call);
    if (auto fits = budget::parties.allows(call.parties.size() + 2); !fits) return fits;
    if (auto fits = budget::medias.allows(has.medias + 2 * session.sections.size()); !fits) return fits;
    if (auto fits = budget::call_codecs.allows(has.codecs + 2 * codecs_of(session)); !fits) return fits;
    return budget::kept.allows(has.text + flags.sdp.size() + flags.metadata.size());
}

Status party_fits(const Call& call, const std::vector<sdp::Section>& sections) {
    if (auto fits = budget::sections.allows(sections.size()); !fits) return fits;
    const auto has = demand_of(call);
    std::size_t codecs = 0, text = 0;
    for (const auto& section : sections) codecs += section.codecs.size(), text += section.formats.size();
    if (auto fits = budget::parties.allows(call.parties.size() + 1); !fits) return fits;
    if (auto fits = budget::medias.allows(has.medias + sections.size()); !fits) return fits;
    if (auto fits = budget::call_codecs.allows(has.codecs + codecs); !fits) return fits;
    return budget::kept.allows(has.text + text);
}

Status ports_fit(const Call& call, std::size_t more) {
    return budget::ports.allows(demand_of(call).ports + more);
}

} // namespace rtpengine::call
