// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace rtpengine::io {

// Datagrams that wait, first in, first out, in one piece of memory: taken with the first of them and kept, since who was late
// once will be again. Where there is none, there is no room: by malloc(), since `new` may end the process.
class Backlog {
  public:
    static constexpr std::size_t capacity = 2 << 20; // bytes, with four for each datagram; some thousand of voice

    bool empty() const { return count_ == 0; }
    std::size_t size() const { return count_; } // datagrams
    // `head` and `tail` in one. False: no room, and nothing has changed.
    bool push(std::span<const std::uint8_t> head, std::span<const std::uint8_t> tail);
    std::span<const std::uint8_t> front() const; // not when empty; until the next push() or pop()
    void pop();                                  // not when empty
    void clear();

  private:
    struct Free {
        void operator()(std::uint8_t* memory) const { std::free(memory); }
    };
    bool make_room(std::size_t size);

    std::unique_ptr<std::uint8_t[], Free> bytes_;
    std::size_t first_ = 0, end_ = 0, count_ = 0; // first_ and end_: in bytes_
};

} // namespace rtpengine::io
