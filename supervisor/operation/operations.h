// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/uv/loop.h"
#include "supervisor/operation/course.h"
#include "supervisor/status.h"

namespace rtpengine::supervisor::operation {

// One operation has the turn; others are refused, or wait for it. What waits for calls to end leaves the turn to others.
class Operations {
  public:
    explicit Operations(uv::Loop& loop);

    // Begins it at once, as far as it gets without waiting, or lets it wait for its turn. Error: refused, with why; nothing has
    // been done then, and `work` is not finished. `stop` interrupts what goes on and refuses what waits.
    Status ask(Kind kind, std::unique_ptr<Work> work, bool patient = false);
    // Something has changed: looks soon whether that was waited for.
    void look();
    // What has the turn.
    std::optional<Kind> going_on() const;
    bool waits(Kind kind) const; // for its turn
    // The one that has the turn, then what goes on beside it, then what waits.
    std::vector<OperationStatus> status() const;

  private:
    struct Going {
        Going(Kind kind, std::unique_ptr<Work> its_work)
            : work(std::move(its_work)), course(kind, *work), since(BootClock::now()), step_since(since) {}
        void advance(std::uint64_t now_ms);

        std::unique_ptr<Work> work;
        Course course;
        BootTime since, step_since; // for showing
    };
    using Place = std::unique_ptr<Going>;

    void advance();
    void advance_turn();
    void give_way();
    void look_when_due();
    static OperationStatus status(const Going& of, bool begun);
    std::string busy() const;

    uv::Loop& loop_;
    Place turn_;
    std::list<Place> beside_;
    std::deque<Place> waiting_; // their turn comes in this order
    bool advancing_ = false, will_look_ = false;
    uv::Timer soon_, due_;
};

} // namespace rtpengine::supervisor::operation
