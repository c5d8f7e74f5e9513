// SPDX-License-Identifier: Apache-2.0
#include "control/call/key_exchange.h"

#include <algorithm>

#include "control/call/bundle.h"
#include "control/call/dtls_exchange.h"
#include "control/random_bytes.h"

namespace rtpengine::call {

namespace {

bool has(const std::vector<std::string>& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool accepts_osrtp(const ng::Flags& flags) { return has(flags.osrtp, "accept") || has(flags.osrtp, "accept-rfc"); }

void take_offer(const sdp::SdesOptions& options, std::vector<sdp::Crypto> lines, Media& media) {
    auto [offered, preferred] = sdp::sdes_preferred(std::move(lines), options);
    media.keys.offered = std::move(offered);
    media.keys.preferred = preferred;
    media.osrtp = !sdp::is_srtp(media.protocol) && (!media.keys.offered.empty() || media.dtls.heard.present());
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
    // Who has DTLS, and was never sent keys of SDES, is sent none.
    const bool only_dtls = receiver.dtls.association && sent.empty();
    const bool ours = is_secured(receiver) && !only_dtls && !sender.passthrough && !receiver.passthrough && !receiver.rejected;
    if (receiver.keys.agreed) sent = {receiver.keys.agreed->ours};
    // Of who has DTLS the keys of SDES aren't anybody's.
    const auto lines = sender.dtls.heard.present() ? std::vector<sdp::Crypto>{} : sender.keys.offered;
    sent = ours ? sdp::sdes_offer(lines, sent, options, random_bytes) : std::vector<sdp::Crypto>{};
}

std::uint64_t rtp_stream(const Media& media) {
    const auto* set = carrier(media).current;
    const auto* port = set ? set->port(0) : nullptr;
    return port ? port->id : 0;
}

// Who offered SRTP of his own accord (RFC 8643) is answered as the other side has it.
bool declines_osrtp(const Terms& terms, const Media& sender, const Media& receiver) {
    return receiver.osrtp && !is_secured(sender) && !accepts_osrtp(terms.flags);
}

// Which of both it is that the receiver has offered: DTLS, unless it doesn't count (sdp/sdes.h: `prefer`), or isn't wanted.
bool answers_with_dtls(const Terms& terms, const Media& receiver) {
    return receiver.dtls.heard.present() && (receiver.keys.offered.empty() || !has(terms.flags.dtls, "off"));
}

void answer_sdes(const sdp::SdesOptions& options, const Media& sender, Keys& keys) {
    const auto accepted = sender.keys.agreed ? std::optional(sender.keys.agreed->theirs) : std::nullopt;
    keys.agreed = sdp::sdes_answer({keys.offered, keys.preferred, accepted, keys.agreed}, options, random_bytes);
    keys.in_clear = false;
    keys.sent.clear();
    if (keys.agreed) keys.sent.push_back(keys.agreed->ours);
}

void answer_keys(const Terms& terms, const sdp::SdesOptions& options, const Media& sender, Media& receiver) {
    auto& keys = receiver.keys;
    if (declines_osrtp(terms, sender, receiver)) receiver.osrtp = false;
    const bool ours = is_secured(receiver) && !receiver.rejected && !sender.passthrough && !receiver.passthrough;
    const bool by_dtls = ours && answers_with_dtls(terms, receiver);
    answer_dtls(terms, by_dtls, receiver);
    if (by_dtls) return;
    if (ours) return answer_sdes(options, sender, keys);
    keys = {};
    keys.in_clear = !is_secured(receiver);
}

// The party is shown our lines.
void settle_sdes(const Terms& terms, const Way& way, Keys& keys) {
    if (!way.out || keys.sent.empty()) return;
    if (keys.sent_on.known() && keys.sent_on != way)
        for (auto& line : keys.sent)
            if (!line.passed_on) line.keys = {sdp::new_master(*line.suite, random_bytes)};
    keys.sent_on = way;
    if (terms.offer || !keys.agreed) return;
    keys.agreed->ours = keys.sent.front();
    keys.agreed_on = way;
}

} // namespace

void take_keys(const Terms& terms, const sdp::Section& section, Media& media) {
    const auto options = sdp::read_sdes_options(terms.flags.sdes);
    auto lines = section.rtp() ? sdp::parse_cryptos(section.crypto) : std::vector<sdp::Crypto>{};
    auto said = said_of_dtls(section);
    const bool not_wanted = terms.offer ? options.prefer : has(terms.flags.dtls, "off");
    const bool rather = !lines.empty() && (not_wanted || !sdp::is_srtp(section.protocol));
    if (rather || (!terms.offer && !media.dtls.offered)) said = {};
    if (terms.offer) {
        take_dtls_offer(terms, std::move(said), media);
        return take_offer(options, std::move(lines), media);
    }
    if (said.present()) lines.clear();
    take_answer(std::move(lines), media);
    media.dtls.refused = media.keys.agreed.has_value();
    media.osrtp |= said.present() && !sdp::is_srtp(media.protocol);
    take_dtls_answer(std::move(said), media);
}

void exchange_keys(const Terms& terms, const Media& sender, Media& receiver) {
    const auto options = sdp::read_sdes_options(terms.flags.sdes);
    receiver.recrypt = receiver.recrypt || terms.flags.recrypt;
    if (!terms.offer) return answer_keys(terms, options, sender, receiver);
    offer_keys(options, sender, receiver);
    offer_dtls(terms, receiver);
}

void renew_keys(const Terms& terms, Media& sender, Media& receiver) {
    const Way way{rtp_stream(sender), rtp_stream(receiver)};
    // Under what the answerer has had with the offer nothing has left before, whatever port that will be by.
    if (!terms.offer && sender.keys.fresh) sender.keys.agreed_on.in = way.out;
    settle_dtls(terms, way, true, receiver);
    settle_dtls(terms, {way.out, way.in}, false, sender);
    settle_sdes(terms, way, receiver.keys);
}

void renew_keys(const Terms& terms, Media& media) {
    const Way way{0, rtp_stream(media)};
    settle_dtls(terms, way, true, media);
    settle_sdes(terms, way, media.keys);
}

void settle_answer(const Terms& terms, Media& media) { settle_dtls(terms, {0, rtp_stream(media)}, false, media); }

bool is_secured(const MediaFacts& media) { return sdp::is_srtp(media.protocol) || media.osrtp; }

bool waits_for_keys(const MediaFacts& media) {
    const auto& keys = media.keys;
    if (media.dtls.association) return media.dtls.keys.empty();
    if (keys.agreed || keys.in_clear || media.passthrough) return false;
    return !keys.sent.empty() || !keys.offered.empty() || sdp::is_srtp(media.protocol) || media.dtls.offered;
}

bool has_same_keys(const MediaFacts& source, const MediaFacts& receiver) {
    const auto &from = source.keys.agreed, &to = receiver.keys.agreed;
    if (!from || !to) return !from && !to;
    return !source.recrypt && !receiver.recrypt && sdp::passes_through(*to, from->theirs);
}

} // namespace rtpengine::call
