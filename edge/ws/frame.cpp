// SPDX-License-Identifier: Apache-2.0
#include "edge/ws/frame.h"

#include <utility>

namespace rtpengine::edge::ws {

namespace {

constexpr std::size_t mask_size = 4, longest_control = 125;

Error wrong(const char* what) { return {std::string("no WebSocket frame: ") + what, protocol_error}; }

// Of what follows the first two bytes: how long the payload is, and how many bytes say so.
struct Length {
    std::uint64_t payload;
    std::size_t bytes;
};

std::optional<Length> length_of(std::string_view input) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(input[i])); };
    const auto small = byte(1) & 0x7f;
    const std::size_t bytes = small == 126 ? 2 : small == 127 ? 8 : 0;
    if (input.size() < 2 + bytes) return std::nullopt;
    if (!bytes) return Length{small, 0};
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | byte(2 + i);
    return Length{length, bytes};
}

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

std::string unmasked(std::string_view mask, std::string_view masked) {
    std::string payload(masked);
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % mask_size]);
    return payload;
}

} // namespace

Result<std::optional<Frame>> read_frame(std::string_view input, std::size_t most) {
    if (input.size() < 2) return std::optional<Frame>{};
    const auto first = static_cast<std::uint8_t>(input[0]), second = static_cast<std::uint8_t>(input[1]);
    const auto opcode = static_cast<std::uint8_t>(first & 0x0f);
    const bool last = first & 0x80, control = opcode >= 8;
    if (first & 0x70) return wrong("a reserved bit is set");
    if (!is_known(opcode)) return wrong("its kind is not known");
    if (!(second & 0x80)) return wrong("a client's are masked");
    const auto length = length_of(input);
    if (!length) return std::optional<Frame>{};
    if (control && (!last || length->payload > longest_control)) return wrong("a control frame is short and whole");
    if (!control && length->payload > most) return Error{"a message is longer than 262144 bytes", too_big};
    const auto before = 2 + length->bytes + mask_size, whole = before + static_cast<std::size_t>(length->payload);
    if (input.size() < whole) return std::optional<Frame>{};
    return std::optional(Frame{last, static_cast<Opcode>(opcode),
                               unmasked(input.substr(before - mask_size, mask_size), input.substr(before, whole - before)), whole});
}

std::string frame_of(Opcode opcode, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode)));
    const auto size = payload.size();
    const unsigned bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
    frame += static_cast<char>(bytes == 0 ? size : bytes == 2 ? 126 : 127);
    for (unsigned i = bytes; i-- > 0;) frame += static_cast<char>(static_cast<std::uint64_t>(size) >> (8 * i) & 0xff);
    return frame.append(payload);
}

std::string close_frame(int code) {
    const std::string payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return frame_of(Opcode::close, payload);
}

Result<std::optional<std::string>> Assembly::add(Frame frame) {
    if ((frame.opcode == Opcode::continuation) != begun_) return wrong("a message within a message, or a rest of none");
    if (frame.payload.size() > room()) return Error{"a message is longer than 262144 bytes", too_big};
    message_ += frame.payload;
    begun_ = !frame.last;
    if (begun_) return std::optional<std::string>{};
    return std::optional(std::exchange(message_, {}));
}

} // namespace rtpengine::edge::ws
