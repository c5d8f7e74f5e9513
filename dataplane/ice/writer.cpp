// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ice/writer.h"

#include <algorithm>

#include "dataplane/ice/digest.h"

namespace rtpengine::ice {

Writer::Writer(Class cls, const Transaction& transaction) {
    put(&bytes_[0], type_of(cls));
    put(&bytes_[4], cookie);
    std::copy(transaction.begin(), transaction.end(), &bytes_[8]);
    set_length(size_);
}

void Writer::set_length(std::size_t size) { put(&bytes_[2], static_cast<std::uint16_t>(size - header_size)); }

// Room for its value, nullptr: there is none.
std::uint8_t* Writer::attribute(std::uint16_t type, std::size_t size) {
    if (size_ + 4 + padded(size) > bytes_.size()) return nullptr;
    auto* at = &bytes_[size_];
    put(at, type);
    put(at + 2, static_cast<std::uint16_t>(size));
    size_ += 4 + padded(size);
    set_length(size_);
    return at + 4;
}

Writer& Writer::username(std::string_view name) {
    if (auto* to = attribute(attr_username, name.size())) std::copy(name.begin(), name.end(), to);
    return *this;
}

Writer& Writer::priority(std::uint32_t value) {
    if (auto* to = attribute(attr_priority, sizeof value)) put(to, value);
    return *this;
}

Writer& Writer::controlling(std::uint64_t tie_breaker) {
    if (auto* to = attribute(attr_controlling, sizeof tie_breaker)) put(to, tie_breaker);
    return *this;
}

Writer& Writer::controlled(std::uint64_t tie_breaker) {
    if (auto* to = attribute(attr_controlled, sizeof tie_breaker)) put(to, tie_breaker);
    return *this;
}

Writer& Writer::use_candidate() {
    attribute(attr_use_candidate, 0);
    return *this;
}

Writer& Writer::mapped(const Endpoint& source) {
    const auto raw = bytes_of(source.address.raw());
    auto* to = attribute(attr_mapped, 4 + raw.size());
    if (!to) return *this;
    to[1] = raw.size() == 4 ? 1 : 2;
    put(to + 2, static_cast<std::uint16_t>(source.port ^ (cookie >> 16)));
    for (std::size_t i = 0; i < raw.size(); ++i) to[4 + i] = raw[i] ^ bytes_[4 + i];
    return *this;
}

Writer& Writer::error(std::uint16_t code, std::string_view reason) {
    auto* to = attribute(attr_error_code, 4 + reason.size());
    if (!to) return *this;
    to[2] = static_cast<std::uint8_t>(code / 100);
    to[3] = static_cast<std::uint8_t>(code % 100);
    std::copy(reason.begin(), reason.end(), to + 4);
    return *this;
}

Writer& Writer::unknown(std::span<const std::uint16_t> attributes) {
    auto* to = attribute(attr_unknown, attributes.size() * 2);
    for (std::size_t i = 0; to && i < attributes.size(); ++i) put(to + 2 * i, attributes[i]);
    return *this;
}

Writer& Writer::seal(std::string_view key) {
    const auto text = size_;
    auto* to = attribute(attr_integrity, integrity_size - 4);
    Seal seal{};
    if (to && hmac_sha1(key, Bytes(bytes_.data(), text), seal)) std::copy(seal.begin(), seal.end(), to);
    return *this;
}

Bytes Writer::finish() {
    const auto text = size_;
    if (auto* to = attribute(attr_fingerprint, fingerprint_size - 4)) put(to, fingerprint(Bytes(bytes_.data(), text)));
    return {bytes_.data(), size_};
}

} // namespace rtpengine::ice
