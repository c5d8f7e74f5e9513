// SPDX-License-Identifier: Apache-2.0
#include "control/ng/responder.h"

#include <exception>

#include "control/budget.h"

namespace rtpengine::ng {

Responder::~Responder() {
    try {
        if (deliver_) error("Internal error");
    } catch (const std::exception&) { // no memory to say so: who asks again is served then (cache.h)
    }
}

Reply Responder::complete(Writer keys, std::string_view result) {
    keys.add("result", result);
    return {std::move(keys).finish()};
}

Reply Responder::failed(Writer keys, std::string_view reason) {
    keys.add("result", "error");
    keys.add("error-reason", reason);
    return {std::move(keys).finish(), true};
}

void Responder::send(Reply reply) {
    if (const auto once = std::exchange(deliver_, nullptr)) once(std::move(reply));
}

Status fits(const Reply& reply) { return budget::reply.allows(reply.message.size()); }

} // namespace rtpengine::ng
