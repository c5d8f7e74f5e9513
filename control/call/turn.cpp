// SPDX-License-Identifier: Apache-2.0
#include "control/call/turn.h"

#include <exception>
#include <utility>

#include "common/base/log.h"

namespace rtpengine::call {

namespace {

// More than any proxy has under way for one call, and little enough to be worked off in time.
constexpr std::size_t longest_queue = 200;

} // namespace

void say_failed(std::string_view call_id) noexcept try {
    try {
        throw;
    } catch (const std::exception& error) {
        log::record(log::Level::err, log::Subsystem::core, {call_id}, "a request failed: {}", error.what());
    }
} catch (const std::exception&) { // no memory to say so
}

bool Turns::take(const std::shared_ptr<Call>& call, Work work) {
    if (!call->busy) {
        run(call, work);
        return true;
    }
    if (call->waiting.size() >= longest_queue) return false;
    call->waiting.push_back(std::move(work));
    return true;
}

void Turns::run(const std::shared_ptr<Call>& call, const Work& work) {
    call->busy = true;
    const Turn turn(call.get(), [call, here = std::weak_ptr(alive_)](void*) {
        if (const auto turns = here.lock()) (*turns)->ended(call);
    });
    guarded(call->id, [&] { work(turn); });
}

// Whoever waits runs from the loop: a queue must not become a stack.
void Turns::ended(const std::shared_ptr<Call>& call) {
    on_ended_(call);
    call->busy = !call->waiting.empty();
    if (!call->busy) return;
    ready_.push_back(call);
    if (ready_.size() == 1) chores_.add([this] { return next(); });
}

// Out of the list when its work was begun: that may make others ready.
bool Turns::next() {
    const auto call = ready_.front();
    const auto work = std::move(call->waiting.front());
    call->waiting.pop_front();
    run(call, work);
    ready_.pop_front();
    return ready_.empty();
}

} // namespace rtpengine::call
