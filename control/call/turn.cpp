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
    if (call->busy && call->waiting.size() >= longest_queue) return false;
    insist(call, std::move(work));
    return true;
}

void Turns::insist(const std::shared_ptr<Call>& call, Work work) {
    if (!call->busy) return run(call, work);
    if (call->place.empty()) call->place.emplace_back();
    call->waiting.push_back(std::move(work));
}

void Turns::run(const std::shared_ptr<Call>& call, const Work& work) {
    call->busy = true;
    const Turn turn(call.get(), [call, here = std::weak_ptr(alive_)](void*) {
        if (const auto turns = here.lock()) (*turns)->ended(call);
    });
    guarded(call->id, [&] { work(turn); });
}

// Whoever waits runs from the loop: a queue must not become a stack. Takes no memory: a turn ends in a destructor.
void Turns::ended(const std::shared_ptr<Call>& call) noexcept {
    guarded(call->id, [&] { on_ended_(call); });
    call->busy = !call->waiting.empty();
    if (!call->busy) return;
    call->place.front() = call;
    ready_.splice(ready_.end(), call->place, call->place.begin());
    chore_.begin();
}

bool Turns::next() {
    const auto call = std::move(ready_.front());
    call->place.splice(call->place.begin(), ready_, ready_.begin());
    const auto work = std::move(call->waiting.front());
    call->waiting.pop_front();
    guarded(call->id, [&] { run(call, work); });
    return ready_.empty();
}

} // namespace rtpengine::call
