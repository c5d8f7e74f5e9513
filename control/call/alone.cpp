// SPDX-License-Identifier: Apache-2.0
#include "control/call/alone.h"

#include <algorithm>

#include "control/call/negotiate.h"
#include "control/call/own_session.h"
#include "control/sdp/codec_match.h"

namespace rtpengine::call {

namespace {

// To take a side's place in what it shall not be changed by.
Media stand_in(const Media& media) {
    Media copy{};
    static_cast<MediaFacts&>(copy) = media;
    copy.party = media.party;
    return copy;
}

bool has_word(const std::vector<std::string>& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

sdp::CodecList with_supplemental(sdp::CodecList chosen, const sdp::CodecList& offered) {
    const auto primary = chosen;
    for (const auto& codec : offered)
        if (codec.supplemental() && std::ranges::any_of(primary, [&](const auto& each) { return each.clock_rate == codec.clock_rate; }))
            chosen.push_back(codec);
    return chosen;
}

// What an answer of ours leaves as the offer has it.
ng::Flags for_answer(ng::Flags flags) {
    flags.transport_protocol.clear();
    flags.passthrough = ng::Switch::off;
    if (flags.ice != ng::IceOption::remove) flags.ice = ng::IceOption::by_default;
    return flags;
}

void reject(Media& media) { media.rejected = true; }

} // namespace

void offer_alone(const Terms& terms, const sdp::Section& section, const Media& source, Media& receiver) {
    auto sender = stand_in(source);
    sender.keys = {};
    sender.dtls = {};
    sender.passthrough = false;
    negotiate(terms, {&section, &sender, source.protocol, source.mid}, receiver);
}

void hear_answer(const Terms& terms, const Said& said) {
    auto nobody = stand_in(*said.media);
    nobody.codecs.clear();
    nobody.offered_codecs.clear();
    negotiate(terms, said, nobody);
}

// The offer goes to a stand-in, which answers it.
sdp::Section answer_alone(const ng::Flags& wanted, const std::string* certificate, const Said& offered) {
    const auto flags = for_answer(wanted);
    const Terms offer{flags, true, certificate}, answer{flags, false, certificate};
    auto& media = *offered.media;
    Media peer{};
    peer.party = media.party;
    peer.index = media.index;
    peer.type = media.type;
    negotiate(offer, offered, peer);
    const bool rtp = offered.section->rtp();
    const auto codecs = rtp ? choose_published(peer.offered_codecs, flags.codec.accept) : sdp::CodecList{};
    auto section = own_section(peer, codecs);
    section.formats = rtp ? section.formats : offered.section->formats;
    section.rtcp_mux = media.mux.offered;
    if (media.rejected || (rtp && codecs.empty()) || media.type == "message") return reject(media), section;
    negotiate(answer, {&section, &peer, peer.protocol, peer.mid}, media);
    return section;
}

sdp::CodecList choose_published(const sdp::CodecList& offered, const std::vector<std::string>& accept) {
    const bool any = has_word(accept, "any"), all = has_word(accept, "all");
    sdp::CodecList able;
    for (const auto& codec : offered)
        if (!codec.supplemental() && (any || sdp::transcodable(codec))) able.push_back(codec);
    if (all) return able.empty() ? able : with_supplemental(able, offered);
    const sdp::CodecSet wanted(accept);
    for (const auto& pattern : wanted.patterns())
        if (const auto found = std::ranges::find_if(offered, [&](const auto& codec) { return pattern.matches(codec); }); found != offered.end())
            return with_supplemental({*found}, offered);
    return able.empty() ? able : with_supplemental({able.front()}, offered);
}

} // namespace rtpengine::call
