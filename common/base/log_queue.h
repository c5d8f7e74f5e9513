// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace rtpengine::log {

// Lines on their way to somebody who may be slow, or stuck. What isn't taken at once waits; what comes when too much waits is
// dropped and counted, and a line in its place says how much, as soon as there is room. Never waits itself.
class Queue {
  public:
    // How many of the bytes were taken, without waiting; 0: none for now. Who will never take any takes all.
    using Write = std::function<std::size_t(std::string_view)>;
    // The line that stands for this many.
    using Missing = std::function<std::string(std::uint64_t lines)>;

    Queue(Write write, Missing missing, std::size_t limit) : write_(std::move(write)), missing_(std::move(missing)), limit_(limit) {}

    void add(std::string line);
    // Tries once more. True: something waits still.
    bool flush();
    bool waiting() const { return !waiting_.empty(); }
    // What waits counts as dropped: it was meant for somebody else.
    void forget();

  private:
    void push(std::string line);
    void say_missing();

    Write write_;
    Missing missing_;
    std::size_t limit_; // bytes that may wait; one line alone may be longer
    std::deque<std::string> waiting_;
    std::size_t bytes_ = 0, begun_ = 0; // of all that wait; of the first one, gone already
    std::uint64_t dropped_ = 0;
};

} // namespace rtpengine::log
