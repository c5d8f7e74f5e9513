// SPDX-License-Identifier: Apache-2.0
#include "control/call/ice.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/call/bundle.h"
#include "control/random_bytes.h"

namespace rtpengine::call {

namespace {

constexpr std::size_t ufrag_length = 8, pwd_length = 26;

// Of [0-9a-zA-Z], each as likely as any other.
std::string secret_token(std::size_t length) {
    constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    constexpr auto fair = 256 / letters.size() * letters.size();
    std::string token;
    while (token.size() < length) {
        std::array<std::uint8_t, 32> bytes;
        random_bytes(bytes);
        for (const auto byte : bytes)
            if (byte < fair && token.size() < length) token += letters[byte % letters.size()];
    }
    return token;
}

constexpr std::size_t longest = 256; // RFC 8839 section 5.4

bool usable(const sdp::IceDescription& said) { return said.present() && said.ufrag.size() <= longest && said.pwd.size() <= longest; }

bool has_option(const sdp::Section& section, std::string_view option) {
    return std::ranges::find(section.ice.options, option) != section.ice.options.end();
}

bool offers_trickle(const sdp::Section& section) {
    return section.ice.options.empty() ? section.trickle_placeholder() : has_option(section, "trickle");
}

// Roles are given out when a party is met first: who offers, controls.
void meet(Connectivity& connectivity, bool we_offer) {
    if (std::exchange(connectivity.met, true)) return;
    connectivity.offers = we_offer;
}

void choose_lite(ng::IceLite wanted, Connectivity& sender, Connectivity& receiver) {
    if (wanted == ng::IceLite::unchanged) return;
    receiver.lite = wanted == ng::IceLite::forward || wanted == ng::IceLite::both;
    sender.lite = wanted == ng::IceLite::backward || wanted == ng::IceLite::both;
}

// What was learned of it is forgotten, and ours begins anew.
void reset(Connectivity& connectivity) {
    connectivity.restart();
    connectivity.met = false;
}

const LocalPort* port_of(const PortSet& set, unsigned address, unsigned stream) {
    if (address >= set.ports.size()) return nullptr;
    const auto& ports = set.ports[address];
    const auto found = std::ranges::find_if(ports, [=](const LocalPort& port) { return port.stream == stream; });
    return found == ports.end() ? nullptr : &*found;
}

std::size_t address_of(const PortSet& set, const LocalPort& port) {
    for (std::size_t i = 0; i < set.ports.size(); ++i)
        for (const auto& each : set.ports[i])
            if (&each == &port) return i;
    return 0;
}

void put_candidates(link::Ice& ice, const Connectivity& connectivity, unsigned component) {
    for (const auto& candidate : connectivity.candidates) {
        if (candidate.component != component || !candidate.endpoint.known()) continue;
        auto& to = *ice.add_candidates();
        const auto raw = candidate.endpoint.address.raw();
        to.mutable_endpoint()->set_address(raw.data(), raw.size());
        to.mutable_endpoint()->set_port(candidate.endpoint.port);
        to.set_priority(candidate.priority);
    }
}

Media* media_of(Party& party, const sdp::Section& section, std::size_t position) {
    for (const auto& media : party.medias)
        if (section.mid && media->mid == section.mid) return media.get();
    return position < party.medias.size() ? party.medias[position].get() : nullptr;
}

// False: nobody waits for any, or they are for another session: a restart wants an offer.
bool take_trickled(const sdp::Section& section, Media& media) {
    auto& connectivity = media.connectivity;
    const auto& said = section.ice;
    if (!has_agent(media) || !connectivity.trickle) return false;
    if (said.present() && (said.ufrag != connectivity.peer_ufrag || said.pwd != connectivity.peer_pwd)) return false;
    add_candidates(connectivity, said.candidates);
    return true;
}

// RFC 8839 section 4.4: who answers keeps his credentials, unless the offer has changed.
void say_restarted(const Media& media) {
    log::record(log::Level::warning, log::Subsystem::ice, {media.party->call->id, media.party->tag, media.index},
                "ICE: the answer has other credentials, though the offer is none of a restart: our own stay as they are");
}

} // namespace

// An answer to an offer without ICE brings none. Other credentials in an offer are a restart (RFC 8445 section 9); in an answer they are none of
// ours, but the checks go on under them: the party knows no others.
void take_ice(const Terms& terms, const sdp::Section& section, Media& media) {
    auto& connectivity = media.connectivity;
    const auto& said = section.ice;
    if (terms.offer && terms.flags.reset) reset(connectivity);
    if (!usable(said) || (terms.offer && terms.flags.ice_reject)) {
        media.ice = false;
        return connectivity.forget_peer();
    }
    const bool other = connectivity.peer_ufrag != said.ufrag || connectivity.peer_pwd != said.pwd;
    if (!terms.offer && connectivity.restarts_with(said.ufrag, said.pwd)) say_restarted(media);
    if (terms.offer && other && !connectivity.peer_ufrag.empty()) connectivity.restart();
    connectivity.renewed = false;
    if (terms.offer) media.ice = true;
    if (other || !terms.offer) connectivity.candidates.clear();
    meet(connectivity, !terms.offer);
    connectivity.peer_ufrag = said.ufrag;
    connectivity.peer_pwd = said.pwd;
    connectivity.peer_lite = said.lite;
    connectivity.trickle = offers_trickle(section);
    connectivity.ice2 = has_option(section, "ice2");
    add_candidates(connectivity, said.candidates);
}

void choose_ice(const Terms& terms, const sdp::Section& section, Media& sender, Media& receiver) {
    const auto wanted = terms.flags.ice;
    if (!terms.offer) {
        if (wanted == ng::IceOption::remove) receiver.ice = false;
        return;
    }
    if (terms.flags.reset) reset(receiver.connectivity);
    const bool first = !receiver.initialized || terms.flags.reset;
    if (wanted == ng::IceOption::remove) receiver.ice = false;
    else if (wanted != ng::IceOption::by_default) receiver.ice = true;
    else if (first) receiver.ice = section.ice.present();
    choose_lite(terms.flags.ice_lite, sender.connectivity, receiver.connectivity);
    if (receiver.ice) meet(receiver.connectivity, true);
}

void give_credentials(Media& media) {
    auto& connectivity = media.connectivity;
    if (!media.ice || !connectivity.ufrag.empty()) return;
    connectivity.ufrag = secret_token(ufrag_length);
    connectivity.pwd = secret_token(pwd_length);
}

void trickle(const sdp::Session& fragment, Party& party) {
    for (std::size_t i = 0; i < fragment.sections.size(); ++i)
        if (auto* media = media_of(party, fragment.sections[i], i); media && !take_trickled(fragment.sections[i], carrier(*media)))
            log::warning("{}: candidates for section {} are of no use: {}", party.call->id, media->index,
                         has_agent(*media) ? "they are of another session, or none were announced" : "there is no ICE");
}

// Ports that nobody is shown any more answer, and check nothing.
void put_ice(link::Stream& stream, const Media& media, const PortSet& set, const LocalPort& port) {
    const auto& connectivity = media.connectivity;
    const auto* primary = port_of(set, 0, port.stream);
    if (!has_agent(media) || connectivity.ufrag.empty() || port.stream > 1 || !primary) return;
    auto& ice = *stream.mutable_ice();
    const unsigned component = port.stream + 1;
    ice.set_agent(primary->id);
    ice.set_priority(candidate_priority(host_preference, address_of(set, port), component));
    ice.set_ufrag(connectivity.ufrag);
    ice.set_pwd(connectivity.pwd);
    ice.set_remote_ufrag(connectivity.peer_ufrag);
    ice.set_remote_pwd(connectivity.peer_pwd);
    ice.set_controlling(connectivity.controlling());
    ice.set_lite(!connectivity.checks() || &set != media.current);
    ice.set_call(media.party->call->id);
    put_candidates(ice, connectivity, component);
}

const LocalPort* exit_port(const Media& media, const PortSet& set, unsigned stream) {
    if (has_agent(media) && stream < 2 && &set == media.current)
        if (const auto* port = port_of(set, media.connectivity.selected[stream].address, stream)) return port;
    return set.port(stream);
}

std::optional<SelectedPair> new_pair(const Media& media, const LocalPort& port, const Endpoint& remote) {
    if (port.stream > 1 || !media.current || !has_agent(media)) return std::nullopt;
    const auto address = static_cast<unsigned>(address_of(*media.current, port));
    if (port_of(*media.current, address, port.stream) != &port) return std::nullopt; // of former ports
    const auto& before = media.connectivity.selected[port.stream];
    const bool lost = !remote.known();
    if (lost && before.address != address) return std::nullopt;
    const SelectedPair now{address, remote};
    return now == before ? std::nullopt : std::optional(now);
}

} // namespace rtpengine::call
