// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rtpengine::edge {

// Cookies for messages that come without one: control wants one, and is told a message again under it.
class PlainCookies {
  public:
    PlainCookies();
    // The message with its cookie, another one each time, also of a later process.
    std::string add(std::string_view body) { return prefix_ + std::to_string(++count_) + " " + std::string(body); }
    // An answer without it.
    static std::string_view strip(std::string_view reply) {
        const auto space = reply.find(' ');
        return reply.substr(space == std::string_view::npos ? 0 : space + 1);
    }

  private:
    std::string prefix_;
    std::uint64_t count_ = 0;
};

} // namespace rtpengine::edge
