// SPDX-License-Identifier: Apache-2.0
#include "control/call/key_exchange.h"

#include <algorithm>

#include "control/random_bytes.h"

namespace rtpengine::call {

namespace {

bool has(const std::vector<std::string>& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool accepts_osrtp(const ng::Flags& flags) { return has(flags.osrtp, "accept") || has(flags.osrtp, "accept-rfc"); }

// DTLS, or what is none of ours, goes on between the two.
bool passes_by(const MediaFacts& media) { return media.opaque || media.passthrough; }

void take_offer(const sdp::SdesOptions& options, std::vector<sdp::Crypto> lines, Media& media) {
    auto [offered, preferred] = sdp::sdes_preferred(std::move(lines), options);
    media.keys.offered = std::move(offered);
    media.keys.preferred = preferred;
    media.osrtp = !sdp::is_srtp(media.protocol) && !media.keys.offered.empty();
}

// An answer in the clear ends it; one that wants SRTP and has no key of use leaves us waiting. Whoever else answers the same offer may
// choose another line; what was in force and isn't any more never comes again.
void take_answer(std::vector<sdp::Crypto> lines, Media& media) {
    auto& keys = media.keys;
    const auto before = keys.agreed;
    keys.offered.clear();
    keys.agreed = sdp::sdes_accepted(keys.sent, lines);
    keys.fresh = keys.agreed && !(before && before->ours.keys == keys.agreed->ours.keys);
    if (before && (keys.fresh || !keys.agreed))
        std::erase_if(keys.sent, [&](const sdp::Crypto& line) { return line.keys == before->ours.keys; });
    keys.agreed_on = keys.agreed ? keys.sent_on : Way{};
    keys.in_clear = !keys.agreed && !sdp::is_srtp(media.protocol);
    media.osrtp = keys.agreed && !sdp::is_srtp(media.protocol);
}

void offer_keys(const sdp::SdesOptions& options, const Media& sender, Media& receiver) {
    auto& sent = receiver.keys.sent;
    const bool ours = is_secured(receiver) && !passes_by(sender) && !receiver.passthrough && !receiver.rejected;
    if (receiver.keys.agreed) sent = {receiver.keys.agreed->ours};
    sent = ours ? sdp::sdes_offer(sender.keys.offered, sent, options, random_bytes) : std::vector<sdp::Crypto>{};
}

std::uint64_t rtp_stream(const Media& media) {
    const auto* port = media.current ? media.current->port(0) : nullptr;
    return port ? port->id : 0;
}

// Who offered SRTP of his own accord (RFC 8643) is answered as the other side has it.
bool declines_osrtp(const Terms& terms, const Media& sender, const Media& receiver) {
    return receiver.osrtp && !is_secured(sender) && !accepts_osrtp(terms.flags);
}

void answer_keys(const Terms& terms, const sdp::SdesOptions& options, const Media& sender, Media& receiver) {
    auto& keys = receiver.keys;
    if (declines_osrtp(terms, sender, receiver)) receiver.osrtp = false;
    if (!is_secured(receiver) || receiver.rejected || passes_by(sender) || passes_by(receiver)) {
        keys = {};
        keys.in_clear = !is_secured(receiver);
        return;
    }
    const auto accepted = sender.keys.agreed ? std::optional(sender.keys.agreed->theirs) : std::nullopt;
    keys.agreed = sdp::sdes_answer({keys.offered, keys.preferred, accepted, keys.agreed}, options, random_bytes);
    keys.in_clear = false;
    keys.sent.clear();
    if (keys.agreed) keys.sent.push_back(keys.agreed->ours);
}

} // namespace

void take_keys(const Terms& terms, const sdp::Section& section, Media& media) {
    const auto options = sdp::read_sdes_options(terms.flags.sdes);
    auto lines = section.rtp() ? sdp::parse_cryptos(section.crypto) : std::vector<sdp::Crypto>{};
    const bool rather = !lines.empty() && ((terms.offer && options.prefer) || !sdp::is_srtp(section.protocol));
    media.opaque = section.fingerprint && !rather;
    if (media.opaque) lines.clear();
    if (terms.offer) take_offer(options, std::move(lines), media);
    else take_answer(std::move(lines), media);
}

void exchange_keys(const Terms& terms, const Media& sender, Media& receiver) {
    const auto options = sdp::read_sdes_options(terms.flags.sdes);
    receiver.recrypt = receiver.recrypt || terms.flags.recrypt;
    if (terms.offer) offer_keys(options, sender, receiver);
    else answer_keys(terms, options, sender, receiver);
}

void renew_keys(const Terms& terms, Media& sender, Media& receiver) {
    const Way way{rtp_stream(sender), rtp_stream(receiver)};
    // Under what the answerer has had with the offer nothing has left before, whatever port that will be by.
    if (!terms.offer && sender.keys.fresh) sender.keys.agreed_on.in = way.out;
    auto& keys = receiver.keys;
    if (!way.out || keys.sent.empty()) return;
    if (keys.sent_on.known() && keys.sent_on != way)
        for (auto& line : keys.sent)
            if (!line.passed_on) line.keys = {sdp::new_master(*line.suite, random_bytes)};
    keys.sent_on = way;
    if (terms.offer || !keys.agreed) return;
    keys.agreed->ours = keys.sent.front();
    keys.agreed_on = way;
}

bool is_secured(const MediaFacts& media) { return sdp::is_srtp(media.protocol) || media.osrtp; }

bool waits_for_keys(const MediaFacts& media) {
    const auto& keys = media.keys;
    if (keys.agreed || keys.in_clear || media.passthrough) return false;
    return !keys.sent.empty() || !keys.offered.empty() || (sdp::is_srtp(media.protocol) && !media.opaque);
}

bool has_same_keys(const MediaFacts& source, const MediaFacts& receiver) {
    const auto &from = source.keys.agreed, &to = receiver.keys.agreed;
    if (!from || !to) return !from && !to;
    return !source.recrypt && !receiver.recrypt && sdp::passes_through(*to, from->theirs);
}

} // namespace rtpengine::call
