// SPDX-License-Identifier: Apache-2.0
#include "control/call/dtls_exchange.h"

#include <algorithm>
#include <array>

#include "common/dtls/identity.h"
#include "control/random_bytes.h"

namespace rtpengine::call {

namespace {

bool has(const std::vector<std::string>& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

// The last of two opposite words counts; the configuration's stands before the request's.
bool wants_passive(const ng::Flags& flags) {
    bool passive = false;
    for (const auto& word : flags.dtls)
        if (word == "passive" || word == "active") passive = word == "passive";
    return passive;
}

// RFC 8842 section 4: 120 bits of chance at least.
std::string new_tls_id() {
    static constexpr char digits[] = "0123456789abcdef";
    std::array<std::uint8_t, 16> chance;
    random_bytes(chance);
    std::string text;
    for (const auto byte : chance) text.append({digits[byte >> 4], digits[byte & 15]});
    return text;
}

// DTLS-fingerprint of the first offer, else as the peer has it.
std::string hash_for(const Terms& terms, const Dtls& dtls) {
    if (const auto wanted = sdp::known_hash(terms.flags.dtls_fingerprint); terms.offer && !wanted.empty()) return std::string(wanted);
    return dtls.heard.present() ? dtls.heard.fingerprint.hash : "sha-256";
}

// Who we are towards the party, from now on.
void introduce(const Terms& terms, Dtls& dtls) {
    if (dtls.identity.empty()) {
        dtls.identity = dtls::digest("sha-256", *terms.certificate);
        dtls.shown.hash = hash_for(terms, dtls);
        dtls.shown.digest = dtls::digest(dtls.shown.hash, *terms.certificate);
    }
    if (dtls.tls_id.empty()) dtls.tls_id = new_tls_id();
}

// RFC 8842 section 5.1: another fingerprint, another tls-id, or none any more.
bool is_the_same(const Dtls::Said& before, const Dtls::Said& now) {
    return before.fingerprint == now.fingerprint && (before.tls_id.empty() || before.tls_id == now.tls_id);
}

void begin(Dtls& dtls, bool active, const Dtls::Said& peer) { dtls.association = {++dtls.associations, active, peer}; }

// True: it is another association than before.
bool agree(Dtls& dtls, bool active) {
    if (dtls.association && is_the_same(dtls.association->peer, dtls.heard)) {
        dtls.association->peer.tls_id = dtls.heard.tls_id;
        return false;
    }
    begin(dtls, active, dtls.heard);
    return true;
}

// The next one has another tls-id (RFC 8842 section 4).
void drop(Dtls& dtls) {
    if (dtls.association) dtls.tls_id.clear();
    dtls.association.reset();
    dtls.keys.clear();
    dtls.way = {};
}

bool can_have_it(const Terms& terms, const Media& media) { return terms.certificate && !media.passthrough && !media.rejected; }

} // namespace

Dtls::Said said_of_dtls(const sdp::Section& section) {
    auto fingerprint = section.fingerprint ? sdp::parse_fingerprint(*section.fingerprint) : std::nullopt;
    if (!section.rtp() || !fingerprint || !section.setup) return {};
    return {sdp::parse_setup(*section.setup), *std::move(fingerprint), section.tls_id.value_or("")};
}

void take_dtls_offer(const Terms& terms, Dtls::Said said, Media& media) {
    media.dtls.heard = std::move(said);
    media.dtls.be_passive = wants_passive(terms.flags);
}

// Who offered actpass is told which it is. An answer of actpass is none that there could be: as who is passive.
void take_dtls_answer(Dtls::Said said, Media& media) {
    auto& dtls = media.dtls;
    dtls.heard = std::move(said);
    if (!dtls.heard.present()) return drop(dtls);
    agree(dtls, dtls.heard.setup != sdp::Setup::active);
    media.keys.agreed.reset();
    media.keys.in_clear = false;
}

void offer_dtls(const Terms& terms, Media& receiver) {
    auto& dtls = receiver.dtls;
    const bool secured = sdp::is_srtp(receiver.protocol) || receiver.osrtp;
    dtls.offered = secured && can_have_it(terms, receiver) && !has(terms.flags.dtls, "off") && !dtls.refused;
    if (dtls.offered) introduce(terms, dtls);
}

void answer_dtls(const Terms& terms, bool with, Media& receiver) {
    auto& dtls = receiver.dtls;
    dtls.offered = with && dtls.heard.present() && can_have_it(terms, receiver);
    if (!dtls.offered) return drop(dtls);
    const bool was_passive = dtls.association && !dtls.association->active;
    const bool active = dtls.heard.setup == sdp::Setup::passive ||
                        (dtls.heard.setup == sdp::Setup::actpass && !dtls.be_passive && !was_passive);
    const bool again = dtls.association.has_value();
    if (agree(dtls, active) && again) dtls.tls_id.clear();
    introduce(terms, dtls);
    receiver.keys.agreed.reset();
    receiver.keys.sent.clear();
    receiver.keys.in_clear = false;
}

// From another port of ours it is another association (RFC 8842 section 3), and its tls-id stands in what the party is shown next.
// Packets may come by another port: they are others' (a source has one way only), and the receiver knows them by their SSRCs.
void settle_dtls(const Terms& terms, const Way& way, bool shown, Media& media) {
    auto& dtls = media.dtls;
    const bool elsewhere = dtls.way.out && way.out && dtls.way.out != way.out;
    if (terms.offer) {
        if (shown && dtls.offered && elsewhere) dtls.tls_id = new_tls_id();
        return;
    }
    if (!dtls.association) return;
    if (elsewhere) {
        const auto before = *dtls.association;
        begin(dtls, before.active, before.peer);
        dtls.keys.clear();
        if (shown) dtls.tls_id = new_tls_id();
    }
    dtls.way = way;
}

std::vector<std::string> dtls_lines(const Terms& terms, const Media& media) {
    const auto& dtls = media.dtls;
    if (!dtls.offered) return {};
    const auto* const role = terms.offer ? "actpass" : dtls.association->active ? "active" : "passive";
    std::vector<std::string> lines{std::string("setup:") + role, "fingerprint:" + sdp::print_fingerprint(dtls.shown)};
    if (!terms.flags.no_tls_id) lines.push_back("tls-id:" + dtls.tls_id);
    return lines;
}

} // namespace rtpengine::call
