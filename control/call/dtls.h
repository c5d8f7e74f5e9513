// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "control/call/keys.h"
#include "control/sdp/fingerprint.h"

namespace rtpengine::call {

// DTLS-SRTP between us and the party of one media: what was said of it, and which keys came of it. Handshakes are the workers'.
struct Dtls {
    // What the party's last message has of it.
    struct Said {
        sdp::Setup setup = sdp::Setup::none; // none: no DTLS
        sdp::Fingerprint fingerprint;
        std::string tls_id;

        bool present() const { return setup != sdp::Setup::none; }
        bool operator==(const Said&) const = default;
    };
    // What both have agreed upon, in force until they agree upon something else: each port has one handshake for it.
    struct Association {
        std::uint64_t number = 0; // others of this media had others
        bool active = false;      // the ClientHello is ours
        Said peer;

        bool operator==(const Association&) const = default;
    };
    struct Established {
        std::uint64_t association = 0;
        sdp::SdesPair keys;

        bool operator==(const Established&) const = default;
    };

    Said heard;
    bool be_passive = false; // by flags of the party's offer
    bool offered = false;    // our SDP that the party has had last
    bool refused = false;    // it has settled on SDES
    // Ours, as it stands in SDP: the same for as long as the media lives.
    sdp::Fingerprint shown;
    std::string identity; // SHA-256 of the certificate
    std::string tls_id;   // empty: none yet
    std::optional<Association> association;
    std::uint64_t associations = 0; // so many there were
    // By stream. Those of an earlier association are in force until there are others.
    std::map<unsigned, Established> keys;
    // Of which way they are: nothing is known elsewhere of what was sent under them.
    Way way;

    // nullptr: none yet.
    const sdp::SdesPair* keys_of(unsigned stream) const {
        const auto found = keys.find(stream);
        return found != keys.end() ? &found->second.keys : nullptr;
    }
    bool is_done(unsigned stream) const {
        const auto found = keys.find(stream);
        return association && found != keys.end() && found->second.association == association->number;
    }
    bool operator==(const Dtls&) const = default;
};

} // namespace rtpengine::call
