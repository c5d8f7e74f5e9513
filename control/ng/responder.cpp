// SPDX-License-Identifier: Apache-2.0
#include "control/ng/responder.h"

namespace rtpengine::ng {

Responder::~Responder() {
    if (deliver_) error("Internal error");
}

void Responder::ok(Dict keys, std::string_view result) {
    keys.add("result", result);
    deliver(std::move(keys), false);
}

void Responder::error(std::string_view reason) {
    Dict reply;
    reply.add("result", "error");
    reply.add("error-reason", reason);
    deliver(std::move(reply), true);
}

void Responder::deliver(Dict reply, bool failed) {
    if (const auto once = std::exchange(deliver_, nullptr)) once(std::move(reply), failed);
}

} // namespace rtpengine::ng
