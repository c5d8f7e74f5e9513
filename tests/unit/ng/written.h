// SPDX-License-Identifier: Apache-2.0
// What is written, read again.
#pragma once

#include <doctest/doctest.h>

#include "common/ng/bencode.h"
#include "control/ng/responder.h"

namespace rtpengine::ng {

inline Dict read(const Reply& reply) {
    auto dict = decode_bencode(reply.message);
    REQUIRE(dict);
    return *std::move(dict);
}

// `fill(writer)` writes the keys.
template <class Fill> Dict written(Fill fill) {
    Writer writer(Encoding::bencode);
    fill(writer);
    return read({std::move(writer).finish()});
}

} // namespace rtpengine::ng
