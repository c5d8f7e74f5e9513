// SPDX-License-Identifier: Apache-2.0
// The body for the receiver, from what the sender wrote and what we decided: a pure function of values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/sdp/wishes.h"
#include "control/sdp/model.h"

namespace rtpengine::sdp {

struct RtcpLine {
    std::uint16_t port = 0;
    bool with_address = false; // full-rtcp-attribute: " IN IPx ADDR"
};

struct IceLines {
    std::string ufrag, pwd;
    std::vector<std::string> options; // of a=ice-options, e.g. trickle
    std::vector<Candidate> candidates;
    std::optional<std::string> remote_candidates; // whole value
    bool end_of_candidates = false;
};

struct SectionOutput {
    const Section* source = nullptr; // the sender's section; attributes, i=, b= and formats come from it
    std::string type;                // of the m= line
    std::string protocol;            // as printed
    std::uint16_t port = 0;
    Address connection;
    bool rejected = false; // port 0: only m=, i=, c=, b=, mid, label and sdp-attr additions
    // Section 5.3 "copy mode": all attributes of the source verbatim, then the candidates of `ice` and its
    // end-of-candidates; nothing else of what stands below.
    bool copy = false;
    std::optional<Twin> twin; // a rejected section beside it
    bool rtp = true; // false: the source's formats instead of payload types; no rtcp
    std::vector<Codec> codecs;
    std::vector<Codec> refused; // of a rejected section, if not the source's formats
    std::optional<std::string> mid, label;
    bool bundle_only = false;
    std::optional<Direction> direction;          // nullopt: none printed (original_sendrecv)
    std::optional<Attribute> original_direction; // with original-sendrecv
    std::optional<RtcpLine> rtcp;
    bool rtcp_mux = false;
    std::vector<std::string>
        security; // whole attribute lines without "a=": crypto, setup, fingerprint, tls-id
    int ptime = 0, maxptime = 0;
    std::optional<IceLines> ice;
    std::vector<Extension> extensions;
    bool extmap_allow_mixed = false;
};

struct SessionOutput {
    const Session* source = nullptr;
    Origin origin;
    std::string name;
    std::optional<std::string> loop_id;
    bool ice_lite = false;
    std::vector<std::string> groups; // whole values of a=group
    bool session_attributes = true;  // pass the source's uninterpreted ones
    bool bandwidth = true;           // pass the source's b= (not in subscribe requests)
    std::vector<SectionOutput> sections;
};

// CRLF line ends. `edits`: sdp-attr. "": the text would be longer than max_body.
std::string print(const SessionOutput& output, const std::vector<SectionEdits>& edits);

} // namespace rtpengine::sdp
