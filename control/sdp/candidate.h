// SPDX-License-Identifier: Apache-2.0
// a=candidate (RFC 8839 section 5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

// nullopt: malformed, or one that we can't use (not UDP, no literal address, unknown type).
std::optional<Candidate> read_candidate(std::string_view value);
// The attribute's value. raddr and rport follow where `related` is set.
std::string candidate_value(const Candidate& candidate);

} // namespace rtpengine::sdp
