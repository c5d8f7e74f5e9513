// SPDX-License-Identifier: Apache-2.0
// Keys in the words of proto/link.proto, which rules and the store have.
#pragma once

#include <optional>

#include "control/sdp/crypto.h"
#include "link.pb.h"

namespace rtpengine::call {

void put_keys(link::Srtp& to, const sdp::Crypto& from);
// Without tag. nullopt: it isn't what put_keys() writes.
std::optional<sdp::Crypto> crypto_from(const link::Srtp& from);

} // namespace rtpengine::call
