// SPDX-License-Identifier: Apache-2.0
// The output that changes nothing: what print() must write so that parse() reads the same again.
#pragma once

#include "control/sdp/print.h"

namespace rtpengine::sdp {

inline std::vector<std::string> security_lines(const Section& section) {
    std::vector<std::string> lines;
    for (const std::string& crypto : section.crypto)
        lines.push_back("crypto:" + crypto);
    if (section.setup) lines.push_back("setup:" + *section.setup);
    if (section.fingerprint) lines.push_back("fingerprint:" + *section.fingerprint);
    if (section.tls_id) lines.push_back("tls-id:" + *section.tls_id);
    return lines;
}

inline SectionOutput same(const Section& section) {
    SectionOutput output;
    output.source = &section;
    output.type = section.type;
    output.protocol = section.protocol == Protocol::other ? section.protocol_text
                                                          : std::string(protocol_name(section.protocol));
    output.port = section.port;
    output.connection = section.connection.value_or(Address{});
    output.rejected = section.port == 0;
    output.copy = !section.rtp();
    output.rtp = section.rtp();
    output.codecs = section.codecs;
    output.mid = section.mid;
    output.label = section.label;
    output.bundle_only = section.bundle_only;
    output.direction = section.direction;
    if (section.rtcp) output.rtcp = RtcpLine{section.rtcp->port, false};
    output.rtcp_mux = section.rtcp_mux;
    output.security = security_lines(section);
    output.ptime = section.ptime;
    output.maxptime = section.maxptime;
    const IceDescription& ice = section.ice;
    if (output.copy)
        output.ice = IceLines{"", "", {}, {}, std::nullopt, ice.end_of_candidates};
    else if (ice.present())
        output.ice =
            IceLines{ice.ufrag, ice.pwd, ice.options, ice.candidates, std::nullopt, ice.end_of_candidates};
    output.extensions = section.extensions;
    output.extmap_allow_mixed = section.extmap_allow_mixed;
    return output;
}

inline SessionOutput same(const Session& session) {
    SessionOutput output;
    output.source = &session;
    output.origin = session.origin;
    output.name = session.name;
    if (!session.loop_ids.back().empty()) output.loop_id = session.loop_ids.back();
    for (const Section& section : session.sections)
        output.ice_lite = output.ice_lite || section.ice.lite;
    output.groups = session.groups;
    for (const Section& section : session.sections)
        output.sections.push_back(same(section));
    return output;
}

} // namespace rtpengine::sdp
