// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "common/base/endpoint.h"
#include "control/ng/command_table.h"
#include "common/ng/encoding.h"

namespace rtpengine::ng {

// Where a request came from.
struct RequestContext {
    Endpoint peer;
    std::string cookie;
    Encoding encoding = Encoding::bencode;
    const CommandRow* command = nullptr; // never null in a handler
    std::chrono::steady_clock::time_point received;
};

} // namespace rtpengine::ng
