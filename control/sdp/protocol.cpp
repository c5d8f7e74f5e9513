// SPDX-License-Identifier: Apache-2.0
// The transports of the m= line that we know (RFC 3551, 3711, 4585, 5124, 5764; T.38 annex D).
#include <algorithm>
#include <array>

#include "control/sdp/model.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

struct Row {
    Protocol protocol;
    std::string_view name;
    bool rtp, srtp;
};

constexpr std::array rows{
    Row{Protocol::rtp_avp, "RTP/AVP", true, false},
    Row{Protocol::rtp_savp, "RTP/SAVP", true, true},
    Row{Protocol::rtp_avpf, "RTP/AVPF", true, false},
    Row{Protocol::rtp_savpf, "RTP/SAVPF", true, true},
    Row{Protocol::udp_tls_rtp_savp, "UDP/TLS/RTP/SAVP", true, true},
    Row{Protocol::udp_tls_rtp_savpf, "UDP/TLS/RTP/SAVPF", true, true},
    Row{Protocol::udptl, "udptl", false, false},
};
constexpr Row unknown{Protocol::other, "", false, false};

const Row& row(Protocol protocol) {
    const auto found = std::ranges::find(rows, protocol, &Row::protocol);
    return found == rows.end() ? unknown : *found;
}

} // namespace

Protocol parse_protocol(std::string_view text) {
    const auto found =
        std::ranges::find_if(rows, [&](const Row& row) { return equal_ignoring_case(row.name, text); });
    return found == rows.end() ? Protocol::other : found->protocol;
}

std::string_view protocol_name(Protocol protocol) {
    return row(protocol).name;
}
bool is_rtp(Protocol protocol) {
    return row(protocol).rtp;
}
bool is_srtp(Protocol protocol) {
    return row(protocol).srtp;
}

} // namespace rtpengine::sdp
