// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "link.pb.h"

namespace rtpengine::supervisor::operation {

// To who asked for an operation, once.
using Answer = std::function<void(const link::CtlReply&)>;

inline link::CtlReply reply_of(std::string json) {
    link::CtlReply reply;
    reply.set_json(std::move(json));
    return reply;
}

inline link::CtlReply error_of(const std::string& text) {
    link::CtlReply reply;
    reply.set_error(text);
    return reply;
}

} // namespace rtpengine::supervisor::operation
