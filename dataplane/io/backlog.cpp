// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/backlog.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rtpengine::io {

namespace {

using Length = std::uint32_t; // in front of each

} // namespace

// What waits moves to the front only when the half before it is free: a byte is moved once for each that was added. The memory
// is touched as far as it is used.
bool Backlog::make_room(std::size_t size) {
    if (!bytes_) bytes_.reset(static_cast<std::uint8_t*>(std::malloc(capacity)));
    if (!bytes_) return false;
    if (size <= capacity - end_) return true;
    if (first_ < capacity / 2 || size > capacity - (end_ - first_)) return false;
    std::memmove(bytes_.get(), bytes_.get() + first_, end_ - first_);
    end_ -= std::exchange(first_, 0);
    return true;
}

bool Backlog::push(std::span<const std::uint8_t> head, std::span<const std::uint8_t> tail) {
    const auto length = static_cast<Length>(head.size() + tail.size());
    if (!make_room(sizeof length + length)) return false;
    auto* to = bytes_.get() + end_;
    std::memcpy(to, &length, sizeof length);
    to = std::copy(head.begin(), head.end(), to + sizeof length);
    std::copy(tail.begin(), tail.end(), to);
    end_ += sizeof length + length;
    ++count_;
    return true;
}

std::span<const std::uint8_t> Backlog::front() const {
    Length length;
    std::memcpy(&length, bytes_.get() + first_, sizeof length);
    return {bytes_.get() + first_ + sizeof length, length};
}

void Backlog::pop() {
    first_ += sizeof(Length) + front().size();
    if (--count_ == 0) clear();
}

void Backlog::clear() { first_ = end_ = count_ = 0; }

} // namespace rtpengine::io
