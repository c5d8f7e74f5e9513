// SPDX-License-Identifier: Apache-2.0
#include "edge/ng/answer.h"

#include "common/ng/writer.h"

namespace rtpengine::edge {

AskedNg asked_of(std::string_view message) {
    const auto space = message.find(' ');
    const bool json = space + 1 < message.size() && message[space + 1] == '{';
    return {std::string(message.substr(0, space)), json ? ng::Encoding::json : ng::Encoding::bencode};
}

std::string answer_of(const AskedNg& asked, const Result<const link::EdgeReply*>& reply) {
    if (reply) return (*reply)->ng();
    ng::Writer keys(asked.encoding, asked.cookie + " ");
    keys.add("result", "error");
    keys.add("error-reason", reply.error().message);
    return std::move(keys).finish();
}

} // namespace rtpengine::edge
