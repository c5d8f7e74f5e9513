// SPDX-License-Identifier: Apache-2.0
#include "common/base/log_queue.h"

#include <utility>

namespace rtpengine::log {

void Queue::add(std::string line) {
    flush();
    // Not for every few bytes of room: a slow reader would read of nothing but gaps.
    if (dropped_ && bytes_ <= limit_ / 2) say_missing();
    if (dropped_ || (!waiting_.empty() && bytes_ + line.size() > limit_)) {
        ++dropped_;
        return;
    }
    push(std::move(line));
    flush();
}

bool Queue::flush() {
    while (!waiting_.empty()) {
        const auto rest = std::string_view(waiting_.front()).substr(begun_);
        const auto taken = write_(rest);
        if (taken == 0) return true;
        begun_ += taken;
        if (taken < rest.size()) continue; // of a line that is begun, the rest is due
        bytes_ -= waiting_.front().size();
        waiting_.pop_front();
        begun_ = 0;
        if (waiting_.empty() && dropped_) say_missing();
    }
    return false;
}

void Queue::forget() {
    dropped_ += waiting_.size();
    waiting_.clear();
    bytes_ = begun_ = 0;
}

void Queue::push(std::string line) {
    bytes_ += line.size();
    waiting_.push_back(std::move(line));
}

void Queue::say_missing() { push(missing_(std::exchange(dropped_, 0))); }

} // namespace rtpengine::log
