// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace rtpengine::offload {

// At most N values, without a heap. What is not used stays as T{} is.
template <class T, std::size_t N> class Few {
  public:
    static constexpr std::size_t capacity = N;

    // False, and nothing done: it is full.
    bool push_back(const T& value) {
        if (size_ == N) return false;
        values_[size_++] = value;
        return true;
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const T& operator[](std::size_t i) const { return values_[i]; }
    T& operator[](std::size_t i) { return values_[i]; }
    const T* begin() const { return values_.data(); }
    const T* end() const { return values_.data() + size_; }
    T* begin() { return values_.data(); }
    T* end() { return values_.data() + size_; }
    bool operator==(const Few&) const = default;

  private:
    std::array<T, N> values_{};
    std::size_t size_ = 0;
};

} // namespace rtpengine::offload
