// SPDX-License-Identifier: Apache-2.0
// What a STUN message is sealed with: RFC 8489 sections 14.5 and 14.7.
#pragma once

#include "dataplane/ice/bytes.h"

namespace rtpengine::ice {

using Seal = std::array<std::uint8_t, 20>;

// HMAC-SHA1. False: the library failed.
bool hmac_sha1(std::string_view key, Bytes text, Seal& seal);
// How long it takes doesn't say where they differ.
bool same(const Seal& a, Bytes b);
// CRC-32 (ISO 3309), XORed with "STUN".
std::uint32_t fingerprint(Bytes text);

} // namespace rtpengine::ice
