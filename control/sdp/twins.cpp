// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/twins.h"

#include <utility>

namespace rtpengine::sdp {

namespace {

bool are_twins(const Section& a, const Section& b) {
    return a.rtp() && b.rtp() && a.type == b.type && is_srtp(a.protocol) != is_srtp(b.protocol);
}

// The one that stays, of two.
bool first_stays(const Section& first, const Section& second) {
    const auto& secured = is_srtp(first.protocol) ? first : second;
    const auto& plain = is_srtp(first.protocol) ? second : first;
    const bool plain_stays = secured.port == 0 && plain.port != 0;
    return plain_stays == (&plain == &first);
}

Section fold(Section first, Section second) {
    const bool stays = first_stays(first, second);
    auto& kept = stays ? first : second;
    const auto& gone = stays ? second : first;
    kept.twin = Twin{gone.protocol_text, gone.formats, stays};
    return std::move(kept);
}

} // namespace

void fold_twins(Session& session) {
    std::vector<Section> folded;
    for (auto& section : session.sections) {
        if (!folded.empty() && !folded.back().twin && are_twins(folded.back(), section))
            folded.back() = fold(std::move(folded.back()), std::move(section));
        else folded.push_back(std::move(section));
    }
    session.sections = std::move(folded);
}

Protocol plain_protocol(Protocol protocol) {
    switch (protocol) {
    case Protocol::rtp_savp:
    case Protocol::udp_tls_rtp_savp: return Protocol::rtp_avp;
    case Protocol::rtp_savpf:
    case Protocol::udp_tls_rtp_savpf: return Protocol::rtp_avpf;
    default: return Protocol::other;
    }
}

} // namespace rtpengine::sdp
