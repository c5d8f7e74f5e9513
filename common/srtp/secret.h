// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace rtpengine::srtp {

// Up to `capacity` bytes that nobody finds in memory after they have gone.
template <std::size_t capacity> class Secret {
  public:
    Secret() = default;
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret() { explicit_bzero(bytes_.data(), capacity); }

    // False, and unchanged: too long.
    bool assign(std::span<const std::uint8_t> bytes) {
        if (bytes.size() > capacity) return false;
        bytes_ = {};
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
        size_ = bytes.size();
        return true;
    }
    // Of `size` bytes, to be written; at most `capacity`.
    std::span<std::uint8_t> make(std::size_t size) {
        bytes_ = {};
        size_ = size;
        return {bytes_.data(), size};
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const std::uint8_t* data() const { return bytes_.data(); }
    std::span<const std::uint8_t> view() const { return {bytes_.data(), size_}; }
    // How long it takes says nothing about where they differ.
    bool operator==(const Secret& other) const {
        std::uint8_t difference = size_ != other.size_;
        for (std::size_t i = 0; i < capacity; ++i) difference |= bytes_[i] ^ other.bytes_[i];
        return difference == 0;
    }

  private:
    std::array<std::uint8_t, capacity> bytes_{}; // zeros behind `size_`
    std::size_t size_ = 0;
};

} // namespace rtpengine::srtp
