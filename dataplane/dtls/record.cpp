// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dtls/record.h"

namespace rtpengine::dtls {

namespace {

constexpr std::size_t header_size = 13, handshake_header = 12, random_at = handshake_header + 2, random_size = 32;
constexpr std::uint8_t client_hello_type = 1, major = 0xfe;

std::uint16_t get16(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }
std::uint32_t get24(const std::uint8_t* at) { return static_cast<std::uint32_t>(at[0] << 16 | at[1] << 8 | at[2]); }

} // namespace

std::optional<Record> take_record(Bytes& datagram) {
    if (datagram.size() < header_size || datagram[0] < 20 || datagram[0] > 23 || datagram[1] != major) return std::nullopt;
    const std::size_t size = get16(&datagram[11]);
    if (datagram.size() - header_size < size) return std::nullopt;
    const Record record{static_cast<Content>(datagram[0]), get16(&datagram[3]), datagram.subspan(header_size, size)};
    datagram = datagram.subspan(header_size + size);
    return record;
}

bool is_whole(Bytes datagram) {
    if (datagram.empty()) return false;
    while (!datagram.empty())
        if (!take_record(datagram)) return false;
    return true;
}

std::optional<Bytes> client_hello(Bytes datagram) {
    const auto record = take_record(datagram);
    if (!record || record->content != Content::handshake || record->epoch) return std::nullopt;
    const auto text = record->fragment;
    if (text.size() < random_at + random_size || text[0] != client_hello_type) return std::nullopt;
    const bool first_fragment = get24(&text[6]) == 0 && get24(&text[9]) >= 2 + random_size;
    return first_fragment ? std::optional(text.subspan(random_at, random_size)) : std::nullopt;
}

} // namespace rtpengine::dtls
