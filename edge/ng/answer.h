// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/ng/encoding.h"
#include "link.pb.h"

namespace rtpengine::edge {

// What must be kept of a request to answer it without control.
struct AskedNg {
    std::string cookie;
    ng::Encoding encoding;
};
AskedNg asked_of(std::string_view message); // COOKIE SP BODY

// Control's answer, or one that says that there is none.
std::string answer_of(const AskedNg& asked, const Result<const link::EdgeReply*>& reply);

} // namespace rtpengine::edge
