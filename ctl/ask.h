// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/ng/value.h"

namespace rtpengine::ctl {

enum class Peer { supervisor, control };

struct Answer {
    std::string error; // the process refused, in its words; "": fine
    std::string json;  // as it came
    ng::Dict data;
};

// Sends one request to a process of the supervisor whose runtime directory is given, and waits that long.
// Error: nobody answered.
Result<Answer> ask(const std::string& directory, Peer peer, const std::vector<std::string>& words,
                   std::uint64_t patience_ms = 3000);

} // namespace rtpengine::ctl
