// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ice/message.h"

#include <algorithm>
#include <vector>

#include "dataplane/ice/digest.h"

namespace rtpengine::ice {

namespace {

// RFC 8489 section 14.2: the port is XORed with the cookie, the address with the cookie and the transaction.
std::optional<Endpoint> read_mapped(Bytes value, Bytes datagram) {
    if (value.size() < 4) return std::nullopt;
    const std::size_t size = value[1] == 1 ? 4 : value[1] == 2 ? 16 : 0;
    if (!size || value.size() != 4 + size) return std::nullopt;
    std::array<std::uint8_t, 16> raw{};
    for (std::size_t i = 0; i < size; ++i) raw[i] = value[4 + i] ^ datagram[4 + i];
    Endpoint mapped;
    mapped.address = Address::from_bytes({reinterpret_cast<const char*>(raw.data()), size});
    mapped.port = static_cast<std::uint16_t>(get<std::uint16_t>(&value[2]) ^ (cookie >> 16));
    return mapped;
}

template <class Int> bool read_number(std::optional<Int>& to, Bytes value) {
    if (value.size() != sizeof(Int)) return false;
    if (!to) to = get<Int>(value.data());
    return true;
}

bool read_username(Message& message, Bytes value) {
    if (value.size() > max_username) return false;
    if (!message.username) message.username = text_of(value);
    return true;
}

bool read_mapped_into(Message& message, Bytes value) {
    const auto mapped = read_mapped(value, message.datagram);
    if (mapped && !message.mapped) message.mapped = mapped;
    return mapped.has_value();
}

bool read_error(Message& message, Bytes value) {
    if (value.size() < 4) return false;
    const unsigned hundreds = value[2] & 7, rest = value[3];
    if (hundreds < 3 || hundreds > 6 || rest > 99) return false;
    if (!message.error) message.error = static_cast<std::uint16_t>(hundreds * 100 + rest);
    return true;
}

bool note_unknown(Message& message, std::uint16_t type) {
    if (type >= 0x8000) return true;
    if (message.unknown_count < message.unknown.size()) message.unknown[message.unknown_count++] = type;
    return true;
}

bool read_attribute(Message& message, std::uint16_t type, Bytes value) {
    switch (type) {
    case attr_username: return read_username(message, value);
    case attr_priority: return read_number(message.priority, value);
    case attr_controlling: return read_number(message.controlling, value);
    case attr_controlled: return read_number(message.controlled, value);
    case attr_mapped: return read_mapped_into(message, value);
    case attr_error_code: return read_error(message, value);
    case attr_use_candidate: return message.use_candidate = true;
    case attr_unknown:
    case attr_integrity_sha256: return true;
    default: return note_unknown(message, type);
    }
}

// Behind MESSAGE-INTEGRITY only FINGERPRINT counts, and nothing comes behind that.
bool read_one(Message& message, std::size_t at, std::uint16_t type, Bytes value) {
    if (message.fingerprint) return false;
    if (type == attr_fingerprint) {
        if (value.size() != 4) return false;
        message.fingerprint = get<std::uint32_t>(value.data()) == fingerprint(message.datagram.first(at));
        return message.fingerprint;
    }
    if (message.integrity) return true;
    if (type != attr_integrity) return read_attribute(message, type, value);
    message.integrity = at;
    return value.size() == integrity_size - 4;
}

bool read_attributes(Message& message) {
    const auto& datagram = message.datagram;
    for (std::size_t at = header_size; at < datagram.size();) {
        if (datagram.size() - at < 4) return false;
        const auto type = get<std::uint16_t>(&datagram[at]);
        const std::size_t size = get<std::uint16_t>(&datagram[at + 2]);
        if (padded(size) > datagram.size() - at - 4) return false;
        if (!read_one(message, at, type, datagram.subspan(at + 4, size))) return false;
        at += 4 + padded(size);
    }
    return true;
}

} // namespace

std::optional<Message> Message::read(Bytes datagram) {
    if (datagram.size() < header_size || datagram.size() % 4) return std::nullopt;
    const auto type = get<std::uint16_t>(datagram.data());
    if (type >> 14 || get<std::uint32_t>(&datagram[4]) != cookie) return std::nullopt;
    if (get<std::uint16_t>(&datagram[2]) != datagram.size() - header_size) return std::nullopt;
    Message message;
    message.datagram = datagram;
    message.cls = class_of(type);
    message.method = method_of(type);
    std::copy_n(&datagram[8], message.transaction.size(), message.transaction.begin());
    if (!read_attributes(message)) return std::nullopt;
    return message;
}

// RFC 8489 section 14.5: of the message up to there, whose length then ends with the attribute.
bool Message::authentic(std::string_view key) const {
    if (!integrity) return false;
    std::vector<std::uint8_t> text(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(integrity));
    put(&text[2], static_cast<std::uint16_t>(integrity + integrity_size - header_size));
    Seal seal;
    return hmac_sha1(key, text, seal) && same(seal, datagram.subspan(integrity + 4, seal.size()));
}

} // namespace rtpengine::ice
