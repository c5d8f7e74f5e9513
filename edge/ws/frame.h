// SPDX-License-Identifier: Apache-2.0
// Frames of WebSocket (RFC 6455 section 5), as a server reads and writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine::edge::ws {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// Why a connection is closed (section 7.4.1).
constexpr int normal = 1000, protocol_error = 1002, too_big = 1009, going_away = 1001;

struct Frame {
    bool last;
    Opcode opcode;
    std::string payload; // without its mask
    std::size_t length;  // of the whole frame
};

// The first frame of the input; nothing: it isn't whole. `most`: bytes of its payload. Errors: it is none of a client; the code says
// what to close with.
Result<std::optional<Frame>> read_frame(std::string_view input, std::size_t most);

std::string frame_of(Opcode opcode, std::string_view payload);
std::string close_frame(int code);

// Messages out of frames.
class Assembly {
  public:
    static constexpr std::size_t longest = 256 * 1024; // bytes of a message

    // Adds a frame that is no control frame. The message, when it was its last one.
    Result<std::optional<std::string>> add(Frame frame);
    std::size_t room() const { return longest - message_.size(); }

  private:
    std::string message_;
    bool begun_ = false;
};

} // namespace rtpengine::edge::ws
