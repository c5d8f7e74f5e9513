// SPDX-License-Identifier: Apache-2.0
// COOKIE SP BODY, and what is said about bodies that are no request (specification sections 1.1 and 1.7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/ng/encoding.h"
#include "common/ng/value.h"

namespace rtpengine::ng {

struct Message {
    std::string_view cookie, body;
};

// Nothing: no cookie; such a message is dropped.
std::optional<Message> split(std::string_view message);

// By the first byte; bencode for what is neither.
Encoding encoding_of(std::string_view body);
// Errors: the protocol's error-reason.
Result<Dict> decode(std::string_view body);
// What stands before a reply.
std::string before_reply(std::string_view cookie);

} // namespace rtpengine::ng
