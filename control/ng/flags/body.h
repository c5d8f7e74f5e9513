// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "control/sdp/wishes.h"

namespace rtpengine::ng {

// The SDP, and what its text shall be.
struct BodyFlags {
    std::string sdp;
    std::string transport_protocol; // canonical name, "accept", or ""
    bool replace_origin = false, replace_origin_full = false, replace_username = false, replace_session_name = false,
         replace_sdp_version = false, replace_force_increment = false, replace_zero_address = false;
    bool bundle_accept = false, bundle_offer = false, bundle_require = false, bundle_strict = false,
         bundle_reject = false;
    bool mux_offer = false, mux_require = false, mux_demux = false, mux_accept = false, mux_reject = false;
    bool full_rtcp_attribute = false, no_rtcp_attribute = false, generate_mid = false, original_sendrecv = false,
         loop_protect = false, strip_extmap = false;
    std::vector<std::string> extmap_strip, extmap_mask;
    std::vector<sdp::SectionEdits> attribute_edits; // sdp-attr
    std::vector<std::string> media_remove;          // types, or "other"

    bool operator==(const BodyFlags&) const = default;
};

} // namespace rtpengine::ng
