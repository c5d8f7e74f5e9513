// SPDX-License-Identifier: Apache-2.0
// Reading and writing the attributes of one payload type.
#pragma once

#include <string>
#include <string_view>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

// The value of a=rtpmap behind the payload type: "NAME/RATE[/CHANNELS]". False: malformed, `codec` untouched.
bool read_rtpmap(std::string_view text, Codec& codec);

// What a=fmtp shows. Opus: only the parameters of RFC 7587, in a fixed order; verbatim for everything else.
std::string format_parameters(const Codec& codec);

// The value of NAME in "NAME=VALUE; NAME=VALUE ..." (names ignore case); "" if it isn't there.
std::string_view format_parameter(std::string_view parameters, std::string_view name);

} // namespace rtpengine::sdp
