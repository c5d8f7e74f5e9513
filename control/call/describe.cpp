// SPDX-License-Identifier: Apache-2.0
#include "control/call/describe.h"

#include <algorithm>
#include <deque>

#include "control/budget.h"
#include "control/call/bundle.h"
#include "control/call/dtls_exchange.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/origin.h"
#include "control/sdp/kept.h"
#include "control/sdp/print.h"
#include "control/sdp/twins.h"

namespace rtpengine::call {

namespace {

using sdp::Direction;

Direction direction_of(const Media& media) {
    if (media.send && media.recv) return Direction::sendrecv;
    if (media.send) return Direction::sendonly;
    return media.recv ? Direction::recvonly : Direction::inactive;
}

// The sender's section that this media of the receiver stands for; nullptr: none in this message.
const Pair* pair_of(const Description& to, const Media& media) {
    const auto found = std::find_if(to.pairs.begin(), to.pairs.end(),
                                    [&](const Pair& pair) { return pair.receiver == &media; });
    return found != to.pairs.end() ? &*found : nullptr;
}

std::string profile(const Media& media) {
    const auto name = sdp::protocol_name(media.protocol);
    return name.empty() ? media.protocol_text : std::string(name);
}

Address shown_address(const Description& to, const ports::LocalAddress& local) {
    return to.terms.flags.media_address.value_or(local.advertised);
}

Family shown_family(const Media& media) {
    const auto* set = carrier(media).current;
    if (set && !set->ports.empty()) return set->ports.front().front().local->advertised.family;
    return media.family == Family::ipv6 ? Family::ipv6 : Family::ipv4;
}

// Hold the old way: the sender wrote a zero address and nobody asked us to hide that.
bool shows_zero(const Description& to, const sdp::Section& section, const Media& media) {
    return section.zero_address() && !media.ice && !to.terms.flags.replace_zero_address;
}

std::optional<sdp::RtcpLine> rtcp_line(const Description& to, const Media& media) {
    const auto& flags = to.terms.flags;
    if (flags.no_rtcp_attribute || !sdp::is_rtp(media.protocol)) return std::nullopt;
    const auto& by = carrier(media);
    const auto* shown = by.current->port(by.mux.active ? 0 : 1);
    if (!shown) return std::nullopt;
    return sdp::RtcpLine{shown->lease->port(), flags.full_rtcp_attribute};
}

// Next to the sender's own host candidates ours come last.
bool below_theirs(const sdp::Section* theirs, const std::string& type) {
    if (!theirs || type != "host") return false;
    return std::any_of(theirs->ice.candidates.begin(), theirs->ice.candidates.end(),
                       [&](const auto& candidate) { return candidate.type == type; });
}

sdp::Candidate candidate_of(const Description& to, const LocalPort& port, const sdp::Section* theirs, unsigned index, std::size_t addresses) {
    const bool relay = to.terms.flags.ice == ng::IceOption::force_relay;
    sdp::Candidate candidate;
    candidate.foundation = port.local->foundation;
    candidate.component = port.stream + 1;
    candidate.type = relay ? "relay" : "host";
    candidate.priority = below_theirs(theirs, candidate.type)
                             ? candidate_priority(host_preference - 1, 65536 - addresses + index, candidate.component)
                             : candidate_priority(relay ? 0 : host_preference, index, candidate.component);
    candidate.endpoint = {shown_address(to, *port.local), port.lease->port()};
    if (relay) candidate.related = candidate.endpoint;
    return candidate;
}

// Those of every address, or, when checks have ended, of the one that they selected. `theirs`: the section whose candidates stand before
// ours; nullptr: none do.
std::vector<sdp::Candidate> candidates_of(const Description& to, const Media& media, const sdp::Section* theirs) {
    std::vector<sdp::Candidate> candidates;
    const auto& addresses = media.current->ports;
    for (const unsigned component : {1u, 2u})
        for (unsigned index = 0; index < addresses.size(); ++index)
            for (const auto& port : addresses[index]) {
                if (port.stream != component - 1 || (port.rtcp() && media.mux.active)) continue;
                const auto& selected = media.connectivity.selected[component - 1];
                if (has_agent(media) && selected.remote.known() && selected.address != index) continue;
                candidates.push_back(candidate_of(to, port, theirs, index, addresses.size()));
            }
    return candidates;
}

// RFC 8839 section 5.2: in offers of who controls, when all components have a pair.
std::optional<std::string> remote_candidates(const Description& to, const Media& media) {
    if (!to.terms.offer || !media.connectivity.controlling()) return std::nullopt;
    std::string value;
    for (unsigned stream = 0; stream < (media.mux.active || !media.current->port(1) ? 1 : 2); ++stream) {
        const auto& remote = media.connectivity.selected[stream].remote;
        if (!remote.known()) return std::nullopt;
        value += (stream ? " " : "") + std::to_string(stream + 1) + " " + remote.address.str() + " " + std::to_string(remote.port);
    }
    return value;
}

sdp::IceLines ice_lines(const Description& to, const Media& media) {
    sdp::IceLines lines;
    lines.ufrag = media.connectivity.ufrag;
    lines.pwd = media.connectivity.pwd;
    lines.candidates = candidates_of(to, media, nullptr);
    lines.remote_candidates = remote_candidates(to, media);
    if (to.terms.flags.trickle_ice || media.connectivity.trickle) lines.options.push_back("trickle"), lines.end_of_candidates = true;
    if ((to.terms.flags.ice2 && to.terms.offer) || media.connectivity.ice2) lines.options.push_back("ice2");
    return lines;
}

// Ours behind those of the sender; everything else of ICE is copied.
sdp::IceLines more_candidates(const Description& to, const Media& media, const sdp::Section& section) {
    sdp::IceLines lines;
    lines.candidates = candidates_of(to, media, media.passthrough ? &section : nullptr);
    lines.end_of_candidates = section.ice.end_of_candidates || to.terms.flags.trickle_ice;
    return lines;
}

// Who refuses says numbers of its own profile: where the offerer has another one, it is shown those that it offered.
void write_rejected(const Description& to, sdp::SectionOutput& output, const Media& media) {
    if (!to.terms.offer && output.rtp && output.source->protocol != media.protocol) output.refused = media.offered_codecs;
    output.rejected = true;
    output.port = 0;
    output.connection = Address::unspecified(shown_family(media));
}

void write_direction(const Description& to, sdp::SectionOutput& output, const Media& media) {
    if (to.terms.flags.original_sendrecv) output.original_direction = output.source->direction_attribute;
    else output.direction = direction_of(media);
}

// Keys of SDES that were sent before say nothing to who has DTLS.
std::vector<std::string> security_lines(const Description& to, const Media& media) {
    std::vector<std::string> lines;
    if (!is_secured(media)) return lines;
    const auto spelling = sdp::read_sdes_options(to.terms.flags.sdes).spelling;
    for (const auto& line : media.keys.sent) lines.push_back("crypto:" + sdp::print_crypto(line, spelling));
    for (auto& line : dtls_lines(to.terms, carrier(media))) lines.push_back(std::move(line));
    return lines;
}

void write_rtp(const Description& to, const Pair* pair, sdp::SectionOutput& output, Media& media) {
    const auto& section = *output.source;
    output.codecs = media.codecs;
    output.rtcp = rtcp_line(to, media);
    output.rtcp_mux = media.mux.active || (to.terms.offer && media.mux.asked);
    const auto& flags = to.terms.flags;
    output.ptime = to.terms.offer && flags.ptime ? flags.ptime : section.ptime ? section.ptime : media.ptime;
    output.maxptime = section.maxptime;
    output.extensions = pair ? media.extensions.shown : section.extensions;
    output.extmap_allow_mixed = !output.extensions.empty() && (to.terms.offer || media.extensions.mixed);
    if (media.ice) output.ice = ice_lines(to, carrier(media));
    output.security = security_lines(to, media);
}

// We are one more candidate among the sender's own.
void write_passthrough(const Description& to, sdp::SectionOutput& output, Media& media) {
    const auto& section = *output.source;
    output.copy = true;
    output.rtp = false;
    output.port = section.port;
    output.connection = section.connection.value_or(output.connection);
    if (section.ice.present()) output.ice = more_candidates(to, media, section);
}

// MSRP: its address stays its own.
void write_untouched(sdp::SectionOutput& output, const sdp::Section& section) {
    output.copy = true;
    output.rtp = false;
    output.port = section.port;
    output.connection = section.connection.value_or(Address::unspecified(Family::ipv4));
}

bool no_codecs_left(const Description& to, const Media& media) {
    return to.terms.flags.allow_no_codec_media && sdp::is_rtp(media.protocol) && media.codecs.empty();
}

// `kept`: where a section of earlier lives while the output is used.
sdp::SectionOutput write_section(const Description& to, Media& media, std::deque<sdp::Section>& kept) {
    const auto* pair = pair_of(to, media);
    const auto& section = pair ? *pair->section : kept.emplace_back(sdp::read_kept(media.last_section));
    sdp::SectionOutput output;
    output.source = &section;
    output.type = media.type;
    output.protocol = profile(media);
    output.mid = media.mid;
    output.twin = media.twin;
    output.label = section.label;
    output.rtp = sdp::is_rtp(media.protocol) && section.rtp();
    // A body with fewer sections than before leaves the others as they are.
    const bool stays = pair || (!media.removed && !media.rejected);
    if (media.type == "message" && pair && !media.rejected) {
        write_untouched(output, section);
        return output;
    }
    if (!stays || media.rejected || no_codecs_left(to, media) || !carrier(media).current ||
        !carrier(media).current->port(0)) {
        write_rejected(to, output, media);
        return output;
    }
    const auto& port = *carrier(media).current->port(0);
    const auto& flags = to.terms.flags;
    output.bundle_only = to.terms.offer && flags.bundle_require && is_carried(media);
    output.port = output.bundle_only && flags.bundle_strict ? 0 : port.lease->port();
    output.connection = shows_zero(to, section, media) ? Address::unspecified(shown_family(media))
                                                             : shown_address(to, *port.local);
    if (media.passthrough) {
        write_passthrough(to, output, media);
        return output;
    }
    output.copy = !output.rtp;
    write_direction(to, output, media);
    if (output.rtp) write_rtp(to, pair, output, media);
    else if (media.ice && section.ice.present()) output.ice = more_candidates(to, media, section);
    return output;
}

// The legacy form of OSRTP: the same section again before it, in the clear.
bool offered_twice(const Description& to, const Media& media, const sdp::SectionOutput& output) {
    const auto& words = to.terms.flags.osrtp;
    return to.terms.offer && output.rtp && !output.rejected && sdp::is_srtp(media.protocol) &&
           std::ranges::find(words, "offer-legacy") != words.end();
}

sdp::SectionOutput in_the_clear(sdp::SectionOutput output, const Media& media) {
    output.protocol = sdp::protocol_name(sdp::plain_protocol(media.protocol));
    output.security.clear();
    output.mid.reset(); // it is the other one's
    output.twin.reset();
    return output;
}

Address first_local(const Description& to) {
    for (const auto& media : to.receiver.medias)
        if (media->current && media->current->port(0)) return media->current->port(0)->local->advertised;
    return {};
}

// Other session-level attributes speak for the one party that all of the receiver's media come from.
bool one_source(const Description& to) {
    for (const auto& media : to.receiver.medias)
        for (const auto& subscription : media->subscriptions)
            if (subscription.source->party != to.sender) return false;
    return true;
}

std::string choose_session_name(const Description& to) {
    if (!to.sender) return to.session.name;
    auto& first = to.sender->session_name;
    if (!first) first = to.session.name;
    return to.terms.flags.replace_session_name ? *first : to.session.name;
}

// What no reply could carry is an error already.
Result<std::string> print(const sdp::SessionOutput& output, const Description& to) {
    auto text = sdp::print(output, to.terms.flags.attribute_edits);
    if (auto fits = budget::reply.allows(text.empty() ? sdp::max_body : text.size()); !fits) return fits.error();
    return text;
}

// With a version of our own, any difference to the last body means the next version.
Result<std::string> print_versioned(sdp::SessionOutput& output, LastBody& last, const Description& to) {
    const bool versioned = owns_version(to.terms.flags);
    auto text = print(output, to);
    if (text && versioned && last.versioned && *text != last.text) {
        output.origin.version = next_version(output.origin.version);
        text = print(output, to);
    }
    if (!text) return text;
    if (versioned) {
        last.versioned = true;
        last.text = *text;
    }
    last.origin = output.origin;
    return text;
}

} // namespace

Result<std::string> describe(const Description& to, const std::string& loop_id) {
    auto& last = to.receiver.last_body;
    sdp::SessionOutput output;
    std::deque<sdp::Section> kept;
    output.source = &to.session;
    const auto& origin = to.session.origin;
    output.origin = to.sender ? choose_origin(origin, last, to.terms.flags, first_local(to)) : own_origin(origin, last, to.terms.flags, first_local(to));
    output.bandwidth = to.bandwidth;
    output.name = choose_session_name(to);
    if (to.terms.flags.loop_protect) output.loop_id = loop_id;
    output.session_attributes = one_source(to);
    output.groups = bundle_groups(to.terms, to.receiver);
    std::optional<bool> lite; // as the first section that can be used says it
    for (const auto& media : to.receiver.medias) {
        auto section = write_section(to, *media, kept);
        if (!lite && !section.rejected) lite = section.ice && !section.copy && carrier(*media).connectivity.lite;
        if (offered_twice(to, *media, section)) output.sections.push_back(in_the_clear(section, *media));
        output.sections.push_back(std::move(section));
    }
    output.ice_lite = lite.value_or(false);
    const auto rejected = [](const sdp::SectionOutput& section) { return section.rejected; };
    if (std::all_of(output.sections.begin(), output.sections.end(), rejected)) return std::string{};
    return print_versioned(output, last, to);
}

} // namespace rtpengine::call
