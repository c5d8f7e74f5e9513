// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine::edge {

// Finds the end of a message in a stream of them: COOKIE SP DOCUMENT, and the next one follows at once (specification section
// 1.4). A document is a bencode dictionary or, by its braces, a JSON object. Each byte is looked at once, in however many
// pieces they come. Whether the document makes sense is control's to say.
class MessageEnd {
  public:
    static constexpr std::size_t longest = 256 * 1024, longest_cookie = 4096;

    // `input`: all that has come of the message, from its first byte on. The message's length; 0: it isn't whole yet. An error:
    // it can't become one, and nobody knows where the next one would begin.
    Result<std::size_t> look(std::string_view input);
    // Another message begins.
    void reset() { *this = {}; }

  private:
    enum class Within { cookie, document, bencode, json };
    Result<bool> step(std::string_view input);
    Result<bool> cookie(std::string_view input);
    Result<bool> document(std::string_view input);
    Result<bool> bencode(std::string_view input);
    Result<bool> integer(std::string_view input);
    Result<bool> string(std::string_view input);
    Result<bool> json(std::string_view input);

    Within within_ = Within::cookie;
    std::size_t at_ = 0; // of the first byte that was not looked at
    unsigned depth_ = 0;
    bool quoted_ = false, escaped_ = false, whole_ = false;
};

} // namespace rtpengine::edge
