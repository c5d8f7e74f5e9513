// SPDX-License-Identifier: Apache-2.0
// The master key identifier of a=crypto: VALUE:LENGTH, a decimal number in so many bytes, 1 to 128 (RFC 4568 section 6.1).
#pragma once

#include <string>
#include <string_view>

#include "common/srtp/parameters.h"

namespace rtpengine::sdp {

using srtp::Mki;

// False: malformed, or the number doesn't fit. `mki` is of any content then.
bool read_mki(std::string_view text, Mki& mki);
std::string print_mki(const Mki& mki);

} // namespace rtpengine::sdp
