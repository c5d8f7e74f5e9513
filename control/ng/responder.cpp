// SPDX-License-Identifier: Apache-2.0
#include "control/ng/responder.h"

#include "control/budget.h"

namespace rtpengine::ng {

Responder::~Responder() {
    if (deliver_) error("Internal error");
}

Status Responder::fits(Dict keys) const {
    keys.add("result", "ok");
    return measure_ ? budget::reply.allows(measure_(keys)) : Status{};
}

void Responder::ok(Dict keys, std::string_view result) {
    keys.add("result", result);
    deliver(std::move(keys), false);
}

void Responder::error(std::string_view reason, Dict keys) {
    keys.add("result", "error");
    keys.add("error-reason", reason);
    deliver(std::move(keys), true);
}

void Responder::deliver(Dict reply, bool failed) {
    if (const auto once = std::exchange(deliver_, nullptr)) once(std::move(reply), failed);
}

} // namespace rtpengine::ng
