// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "edge/link/control_link.h"

namespace rtpengine::edge {

// Answers of one connection, which leave in the order of the questions.
class Replies {
  public:
    using Place = std::uint64_t;
    explicit Replies(std::function<void(std::string_view)> send) : send_(std::move(send)) {}

    Place open() {
        row_.emplace_back();
        return first_ + row_.size() - 1;
    }
    // What it waits for; it is destroyed when there is an answer, or nobody wants one any more.
    void wait(Place place, ControlLink::Ticket ticket) { row_.at(place - first_).ticket = std::move(ticket); }
    void wait(Place place, std::shared_ptr<void> work) { row_.at(place - first_).work = std::move(work); }
    // It leaves when all before it have.
    void fill(Place place, std::string reply) {
        auto& there = row_.at(place - first_);
        there.ticket = {};
        const auto ended = std::move(there.work); // it may be what calls us
        there.reply = std::move(reply);
        while (!row_.empty() && row_.front().reply) {
            const auto next = std::move(*row_.front().reply);
            row_.pop_front();
            ++first_;
            send_(next);
        }
    }
    std::size_t open_places() const { return row_.size(); }

  private:
    struct Waiting {
        ControlLink::Ticket ticket;
        std::shared_ptr<void> work;
        std::optional<std::string> reply;
    };
    std::function<void(std::string_view)> send_;
    std::deque<Waiting> row_;
    Place first_ = 0; // of the first in the row
};

} // namespace rtpengine::edge
