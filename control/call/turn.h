// SPDX-License-Identifier: Apache-2.0
// Requests for one call are worked off one after another: each has its turn.
#pragma once

#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <string_view>
#include <utility>

#include "common/uv/chores.h"
#include "control/call/model.h"

namespace rtpengine::call {

// The right to work at a call. Copies share it; it ends with the last of them, however that goes.
using Turn = std::shared_ptr<void>;

// Says what a request died of, to be called where that is caught.
void say_failed(std::string_view call_id) noexcept;

// Calls `work`; false: it threw. An exception ends the request that it happened in, and nothing else. It takes no memory by itself.
template <class Work> bool guarded(std::string_view call_id, const Work& work) noexcept {
    try {
        work();
        return true;
    } catch (const std::exception&) { // its responder has said so to the client on its way out
        say_failed(call_id);
        return false;
    }
}

class Turns {
  public:
    using Work = std::function<void(const Turn&)>;

    using Ended = std::function<void(const std::shared_ptr<Call>&)>;

    // `on_ended` is called when a turn has ended, before the next one.
    Turns(uv::Loop& loop, Ended on_ended) : on_ended_(std::move(on_ended)), chore_(loop, [this] { return next(); }) {}

    // Runs `work` at once when nobody is at work on the call, else later, from the loop. False: so many wait already
    // that this one had better be refused.
    bool take(const std::shared_ptr<Call>& call, Work work);
    // Likewise, however many wait: it is for who asks to see to it that those aren't ever more.
    void insist(const std::shared_ptr<Call>& call, Work work);

  private:
    void run(const std::shared_ptr<Call>& call, const Work& work);
    void ended(const std::shared_ptr<Call>& call) noexcept;
    bool next();

    Ended on_ended_;
    std::list<std::shared_ptr<Call>> ready_; // somebody waits, and nobody is at work
    uv::Chore chore_; // those, while there are any
    std::shared_ptr<Turns*> alive_ = std::make_shared<Turns*>(this); // a turn may outlive us
};

} // namespace rtpengine::call
