// SPDX-License-Identifier: Apache-2.0
#include "control/ng/framing.h"

#include "common/ng/bencode.h"
#include "common/ng/json.h"

namespace rtpengine::ng {

std::optional<Message> split(std::string_view message) {
    const auto space = message.find(' ');
    if (space == 0 || space == std::string_view::npos) return std::nullopt;
    return Message{message.substr(0, space), message.substr(space + 1)};
}

Encoding encoding_of(std::string_view body) {
    return body.starts_with('{') ? Encoding::json : Encoding::bencode;
}

Result<Dict> decode(std::string_view body) {
    if (body.empty()) return Error{"Invalid data (no payload)"};
    if (body.front() == 'd') return decode_bencode(body);
    if (body.front() == '{') return decode_json(body);
    return Error{"Invalid NG data format"};
}

std::string before_reply(std::string_view cookie) { return std::string(cookie) += ' '; }

} // namespace rtpengine::ng
