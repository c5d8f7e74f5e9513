// SPDX-License-Identifier: Apache-2.0
// Header extensions of RTP: RFC 3550 section 5.3.1, RFC 8285.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/rtp/packet.h"

namespace rtpengine::rtp {

inline constexpr std::size_t extension_ids = 256;
using ExtensionIds = std::bitset<extension_ids>;

// What one element says; nullopt: the packet hasn't got it, or is malformed before it.
std::optional<Bytes> find_extension(Bytes packet, unsigned id);

// Which of them a packet loses. `all`: also those that are in another form than RFC 8285's.
struct StrippedExtensions {
    ExtensionIds ids;
    bool all = false;

    bool any() const { return all || ids.any(); }
    bool operator==(const StrippedExtensions&) const = default;
};

// Writes the packet without them to `to`, which is as long as `packet`, which is RTP. Returns its length. What is
// malformed stays as it is, but for `all`.
std::size_t strip_extensions(const StrippedExtensions& stripped, Bytes packet, std::span<std::uint8_t> to);

} // namespace rtpengine::rtp
