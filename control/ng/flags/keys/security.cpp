// SPDX-License-Identifier: Apache-2.0
// Keys of ICE and SRTP.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

constexpr KeyRow security_rows[] = {
    {"dtls", oap | op_subscribe_request, each<apply_dtls>},
    {"dtls-fingerprint", op_offer | op_subscribe_request, &Flags::dtls_fingerprint},
    {"dtls-reverse", oap | op_subscribe_request, each<apply_dtls>},
    {"ice", sdp_out, each<apply_ice>},
    {"ice-lite", op_offer | op_subscribe_request | op_create, word<apply_ice_lite>},
    {"osrtp", oa | op_subscribe_request, each<apply_osrtp>},
    {"passthrough", oa, word<apply_passthrough>},
    {"passthru", oa, word<apply_passthrough>},
    {"sdes", sdp_out, each<apply_sdes>},
};
static_assert(sorted_by_name(std::span<const KeyRow>(security_rows)));

} // namespace

std::span<const KeyRow> security() { return security_rows; }

} // namespace rtpengine::ng::keys
