// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "control/ng/flags/switch.h"

namespace rtpengine::ng {

enum class IceOption { by_default, force, remove, optional, force_relay };
enum class IceLite { unchanged, forward, backward, both, off };

// ICE and SRTP (of ICE its SDP side is acted on, of SRTP what SDES needs; the others are kept for the parts that come later).
struct SecurityFlags {
    IceOption ice = IceOption::by_default;
    IceLite ice_lite = IceLite::unchanged;
    bool ice2 = false, ice_reject = false, trickle_ice = false;
    Switch passthrough = Switch::unset;
    // Members in order, one name for synonyms: dtls off, passive, active; sdes off, nonew, pad, lifetime, static,
    // prefer, [un]encrypted_srtp, [un]encrypted_srtcp, [un]authenticated_srtp, no-SUITE, only-SUITE, order:A;B;,
    // offerer_pref:A;B;; osrtp offer, offer-legacy, accept, accept-rfc, accept-legacy.
    std::vector<std::string> dtls, sdes, osrtp;
    std::string dtls_fingerprint;
    bool no_tls_id = false, pad_crypto = false, recrypt = false;

    bool operator==(const SecurityFlags&) const = default;
};

} // namespace rtpengine::ng
