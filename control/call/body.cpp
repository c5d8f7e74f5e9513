// SPDX-License-Identifier: Apache-2.0
#include "control/call/body.h"

#include <algorithm>

#include "control/budget.h"
#include "control/call/origin.h"
#include "control/random.h"
#include "control/sdp/kept.h"
#include "control/sdp/print.h"

namespace rtpengine::call {

namespace {

using sdp::Direction;

Direction direction_of(const Media& media) {
    if (media.send && media.recv) return Direction::sendrecv;
    if (media.send) return Direction::sendonly;
    return media.recv ? Direction::recvonly : Direction::inactive;
}

// The sender's section that this media of the receiver stands for; nullptr: none in this message.
const Pair* pair_of(const Exchange& exchange, const Media& media) {
    const auto found = std::find_if(exchange.pairs.begin(), exchange.pairs.end(),
                                    [&](const Pair& pair) { return pair.receiver == &media; });
    return found != exchange.pairs.end() ? &*found : nullptr;
}

std::string profile(const Media& media) {
    const auto name = sdp::protocol_name(media.protocol);
    return name.empty() ? media.protocol_text : std::string(name);
}

Address shown_address(const Exchange& exchange, const ports::LocalAddress& local) {
    return exchange.flags->media_address.value_or(local.advertised);
}

Family shown_family(const Media& media) {
    if (media.current && !media.current->ports.empty()) return media.current->ports.front().front().local->advertised.family;
    return media.family == Family::ipv6 ? Family::ipv6 : Family::ipv4;
}

// Hold the old way: the sender wrote a zero address and nobody asked us to hide that.
bool shows_zero(const Exchange& exchange, const sdp::Section& section, const Media& media) {
    return section.zero_address() && !media.ice && !exchange.flags->replace_zero_address;
}

std::optional<sdp::RtcpLine> rtcp_line(const Exchange& exchange, const Media& media) {
    const auto& flags = *exchange.flags;
    if (flags.no_rtcp_attribute || !sdp::is_rtp(media.protocol)) return std::nullopt;
    const auto* rtcp = media.current->port(1);
    const auto* rtp = media.current->port(0);
    const auto* shown = media.mux.active ? rtp : rtcp;
    if (!shown) return std::nullopt;
    return sdp::RtcpLine{shown->lease->port(), flags.full_rtcp_attribute};
}

constexpr unsigned host_preference = 126;

// RFC 8445 section 5.1.2.1; `index` counts the addresses of the interface.
std::uint32_t candidate_priority(unsigned type_preference, std::size_t index, unsigned component) {
    return (type_preference << 24) + (static_cast<std::uint32_t>(65535 - index) << 8) + (256 - component);
}

// Next to the sender's own host candidates ours come last.
bool below_theirs(const sdp::Section* theirs, const std::string& type) {
    if (!theirs || type != "host") return false;
    return std::any_of(theirs->ice.candidates.begin(), theirs->ice.candidates.end(),
                       [&](const auto& candidate) { return candidate.type == type; });
}

// `theirs`: the section whose candidates stand before ours; nullptr: none do.
sdp::IceLines ice_lines(const Exchange& exchange, Media& media, const sdp::Section* theirs, std::mt19937_64& random) {
    if (media.ice_ufrag.empty()) {
        media.ice_ufrag = random_token(random, 8);
        media.ice_pwd = random_token(random, 26);
    }
    sdp::IceLines lines;
    lines.ufrag = media.ice_ufrag;
    lines.pwd = media.ice_pwd;
    const bool relay = exchange.flags->ice == ng::IceOption::force_relay;
    for (const unsigned component : {1u, 2u})
        for (unsigned index = 0; index < media.current->ports.size(); ++index)
            for (const auto& port : media.current->ports[index]) {
                if (port.stream != component - 1 || (port.rtcp() && media.mux.active)) continue;
                sdp::Candidate candidate;
                candidate.foundation = port.local->foundation;
                candidate.component = component;
                candidate.type = relay ? "relay" : "host";
                candidate.priority =
                    below_theirs(theirs, candidate.type)
                        ? candidate_priority(host_preference - 1, 65536 - media.current->ports.size() + index, component)
                        : candidate_priority(relay ? 0 : host_preference, index, component);
                candidate.endpoint = {shown_address(exchange, *port.local), port.lease->port()};
                if (relay) candidate.related = candidate.endpoint;
                lines.candidates.push_back(std::move(candidate));
            }
    if (exchange.flags->trickle_ice) lines.options.push_back("trickle"), lines.end_of_candidates = true;
    if (exchange.flags->ice2 && exchange.offer) lines.options.push_back("ice2");
    return lines;
}

void write_rejected(sdp::SectionOutput& output, const Media& media) {
    output.rejected = true;
    output.port = 0;
    output.connection = Address::unspecified(shown_family(media));
}

void write_direction(const Exchange& exchange, sdp::SectionOutput& output, const Media& media) {
    if (exchange.flags->original_sendrecv) output.original_direction = output.source->direction_attribute;
    else output.direction = direction_of(media);
}

// SRTP is not ended here yet: its keys pass, so it works between the parties.
std::vector<std::string> security_lines(const sdp::Section& section) {
    std::vector<std::string> lines;
    for (const auto& crypto : section.crypto) lines.push_back("crypto:" + crypto);
    if (section.setup) lines.push_back("setup:" + *section.setup);
    if (section.fingerprint) lines.push_back("fingerprint:" + *section.fingerprint);
    if (section.tls_id) lines.push_back("tls-id:" + *section.tls_id);
    return lines;
}

void write_rtp(Exchange& exchange, sdp::SectionOutput& output, Media& media, std::mt19937_64& random) {
    const auto& section = *output.source;
    output.codecs = media.codecs;
    output.rtcp = rtcp_line(exchange, media);
    output.rtcp_mux = media.mux.active || (exchange.offer && media.mux.asked);
    const auto& flags = *exchange.flags;
    output.ptime = exchange.offer && flags.ptime ? flags.ptime : section.ptime ? section.ptime : media.ptime;
    output.maxptime = section.maxptime;
    output.extmap_allow_mixed = section.extmap_allow_mixed;
    output.extensions = section.extensions;
    if (media.ice) output.ice = ice_lines(exchange, media, nullptr, random);
    if (sdp::is_srtp(media.protocol)) output.security = security_lines(section);
}

// We are one more candidate among the sender's own.
void write_passthrough(const Exchange& exchange, sdp::SectionOutput& output, Media& media, std::mt19937_64& random) {
    const auto& section = *output.source;
    output.copy = true;
    output.rtp = false;
    output.port = section.port;
    output.connection = section.connection.value_or(output.connection);
    if (section.ice.present()) output.ice = ice_lines(exchange, media, &section, random);
}

// MSRP: its address stays its own.
void write_untouched(sdp::SectionOutput& output, const sdp::Section& section) {
    output.copy = true;
    output.rtp = false;
    output.port = section.port;
    output.connection = section.connection.value_or(Address::unspecified(Family::ipv4));
}

bool no_codecs_left(const Exchange& exchange, const Media& media) {
    return exchange.flags->allow_no_codec_media && sdp::is_rtp(media.protocol) && media.codecs.empty();
}

sdp::SectionOutput write_section(Exchange& exchange, Media& media, std::mt19937_64& random) {
    const auto* pair = pair_of(exchange, media);
    const auto& section = pair ? *pair->section : exchange.kept.emplace_back(sdp::read_kept(media.last_section));
    sdp::SectionOutput output;
    output.source = &section;
    output.type = media.type;
    output.protocol = profile(media);
    output.mid = media.mid;
    output.label = section.label;
    output.rtp = sdp::is_rtp(media.protocol) && section.rtp();
    // A body with fewer sections than before leaves the others as they are.
    const bool stays = pair || (!media.removed && !media.rejected);
    if (media.type == "message" && pair && !media.rejected) {
        write_untouched(output, section);
        return output;
    }
    if (!stays || media.rejected || no_codecs_left(exchange, media) || !media.current || !media.current->port(0)) {
        write_rejected(output, media);
        return output;
    }
    const auto& port = *media.current->port(0);
    output.port = port.lease->port();
    output.connection = shows_zero(exchange, section, media) ? Address::unspecified(shown_family(media))
                                                             : shown_address(exchange, *port.local);
    if (media.passthrough) {
        write_passthrough(exchange, output, media, random);
        return output;
    }
    output.copy = !output.rtp;
    write_direction(exchange, output, media);
    if (output.rtp) write_rtp(exchange, output, media, random);
    return output;
}

Address first_local(const Exchange& exchange) {
    for (const auto& media : exchange.receiver->medias)
        if (media->current && media->current->port(0)) return media->current->port(0)->local->advertised;
    return {};
}

// Other session-level attributes speak for the one party that all of the receiver's media come from.
bool one_source(const Exchange& exchange) {
    for (const auto& media : exchange.receiver->medias)
        for (const auto& subscription : media->subscriptions)
            if (subscription.source->party != exchange.sender) return false;
    return true;
}

std::string choose_session_name(Exchange& exchange) {
    auto& first = exchange.sender->session_name;
    if (!first) first = exchange.session->name;
    return exchange.flags->replace_session_name ? *first : exchange.session->name;
}

// What no reply could carry is an error already.
Result<std::string> print(const sdp::SessionOutput& output, const Exchange& exchange) {
    auto text = sdp::print(output, exchange.flags->attribute_edits);
    if (auto fits = budget::reply.allows(text.empty() ? sdp::max_body : text.size()); !fits) return fits.error();
    return text;
}

// With a version of our own, any difference to the last body means the next version.
Result<std::string> print_versioned(sdp::SessionOutput& output, LastBody& last, const Exchange& exchange) {
    const bool versioned = owns_version(*exchange.flags);
    auto text = print(output, exchange);
    if (text && versioned && last.versioned && *text != last.text) {
        output.origin.version = next_version(output.origin.version);
        text = print(output, exchange);
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

Result<std::string> write_body(Exchange& exchange, const std::string& loop_id, std::mt19937_64& random) {
    auto& last = exchange.receiver->last_body;
    sdp::SessionOutput output;
    output.source = exchange.session.get();
    output.origin = choose_origin(exchange.session->origin, last, *exchange.flags, first_local(exchange));
    output.name = choose_session_name(exchange);
    if (exchange.flags->loop_protect) output.loop_id = loop_id;
    output.session_attributes = one_source(exchange);
    for (const auto& media : exchange.receiver->medias)
        output.sections.push_back(write_section(exchange, *media, random));
    const auto rejected = [](const sdp::SectionOutput& section) { return section.rejected; };
    if (std::all_of(output.sections.begin(), output.sections.end(), rejected)) return std::string{};
    return print_versioned(output, last, exchange);
}

} // namespace rtpengine::call
