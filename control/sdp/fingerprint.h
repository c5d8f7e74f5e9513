// SPDX-License-Identifier: Apache-2.0
// a=fingerprint (RFC 8122 section 5).
#pragma once

#include <string_view>

namespace rtpengine::sdp {

// "HASH XX:XX:..." with a hash that we know and a digest of its length, upper or lower case.
bool usable_fingerprint(std::string_view value);

} // namespace rtpengine::sdp
