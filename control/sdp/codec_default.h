// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "control/sdp/codec_list.h"

namespace rtpengine::sdp {

// Codecs by their names alone, as codec strings (specification section 6.5.1) have them: with the usual rate, channels and parameters
// where a string has none, and numbers that nobody else in the list has. What isn't known, or comes twice, is passed over.
CodecList codecs_by_name(const std::vector<std::string>& texts);

} // namespace rtpengine::sdp
