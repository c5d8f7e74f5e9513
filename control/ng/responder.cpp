// SPDX-License-Identifier: Apache-2.0
#include "control/ng/responder.h"

#include "control/budget.h"

namespace rtpengine::ng {

Responder::~Responder() {
    if (deliver_) error("Internal error");
}

Status Responder::fits(Dict keys) const {
    return measure_ ? budget::reply.allows(measure_(complete(std::move(keys)))) : Status{};
}

void Responder::ok(Dict keys, std::string_view result) {
    send(complete(std::move(keys), result));
}

void Responder::error(std::string_view reason, Dict keys) {
    send(failed(reason, std::move(keys)), true);
}

void Responder::deliver(Dict reply, bool failed) {
    if (const auto once = std::exchange(deliver_, nullptr)) once(std::move(reply), failed);
}

} // namespace rtpengine::ng
