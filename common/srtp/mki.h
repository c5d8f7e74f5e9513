// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rtpengine::srtp {

// A master key identifier (RFC 3711 section 3.1) as it stands in packets; empty: they have none. No secret, and nearly always empty.
class Mki {
  public:
    static constexpr std::size_t most = 128; // bytes

    // False, and unchanged: too long.
    bool assign(std::span<const std::uint8_t> bytes) {
        if (bytes.size() > most) return false;
        bytes_.assign(bytes.begin(), bytes.end());
        return true;
    }
    // Of `size` bytes, to be written; at most `most`.
    std::span<std::uint8_t> make(std::size_t size) {
        bytes_.assign(size, 0);
        return bytes_;
    }

    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    const std::uint8_t* data() const { return bytes_.data(); }
    std::span<const std::uint8_t> view() const { return bytes_; }
    bool operator==(const Mki&) const = default;

  private:
    std::vector<std::uint8_t> bytes_;
};

} // namespace rtpengine::srtp
