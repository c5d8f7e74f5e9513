// SPDX-License-Identifier: Apache-2.0
// What ends a call without a request (specification sections 4.6 and 4.9), looked at once a second, some in each tick.
#include <algorithm>

#include "common/base/log.h"
#include "common/state/totals.h"
#include "control/call/each_port.h"
#include "control/call/instance.h"

namespace rtpengine::call {

namespace {

constexpr std::uint64_t round_ms = 1000;
constexpr std::size_t calls_a_piece = 16; // each of them may end

enum class Timer { plain, silent, offer };

struct StreamLife {
    Timer timer;
    bool dead;
};

BootTime last_packet(const Media& media, unsigned stream, const StateReader& read) {
    BootTime last;
    for_each_port(media, [&](const PortSet&, const LocalPort& port) {
        if (const auto record = port.stream == stream ? read(port.key()) : state::View())
            last = std::max(last, state::last_packet(record));
    });
    return last;
}

Timer timer_of(const Media& media, const Remote& remote) {
    if (!remote.filled) return Timer::offer;
    return media.recv ? Timer::plain : Timer::silent;
}

std::chrono::seconds limit(Timer timer, const link::InstanceConfig& config) {
    const auto seconds = timer == Timer::plain    ? config.timeout()
                         : timer == Timer::silent ? config.silent_timeout()
                                                  : config.offer_timeout();
    return std::chrono::seconds(seconds);
}

std::vector<StreamLife> lives(const Call& call, const link::InstanceConfig& config, const StateReader& read,
                              BootTime now) {
    std::vector<StreamLife> streams;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) {
            if (!media->current) continue;
            for (const unsigned stream : {0u, 1u}) {
                if (!media->current->port(stream)) continue;
                const auto timer = timer_of(*media, stream ? media->rtcp : media->rtp);
                const auto last = std::max(call.last_signal, last_packet(*media, stream, read));
                streams.push_back({timer, now - last >= limit(timer, config)});
            }
        }
    return streams;
}

} // namespace

bool Instance::tick() {
    const auto now = shared_.loop.now_ms();
    for (const auto& interface : interfaces_.all())
        for (const auto& local : interface->addresses) local->pool.unblock_due(now);
    stock_.tick();
    committer_.tick();
    due_ = std::min(due_ + calls_.size() * tick_ms / round_ms + 1, calls_.size());
    return due_ > 0;
}

bool Instance::go_round() {
    const auto some = std::min(due_, calls_a_piece);
    due_ -= some;
    round_at_ = calls_.walk(round_at_, some, [this](const std::shared_ptr<Call>& call) {
        if (call->busy) return;
        recount(*call);
        if (call->behind) catch_up(call);
        check_deletions(call);
        if (!call->dead && !call->busy) check_timeouts(call);
    });
    if (!round_at_) due_ = 0; // the next tick begins anew
    return due_ == 0;
}

// What a worker has refused, or was too late for.
void Instance::catch_up(const std::shared_ptr<Call>& call) {
    (void)exclusively(call, [this](const auto& call, const Turn& turn) {
        call->behind = false;
        committer_.tell_all(call, [call, turn] {
            log::record(log::Level::notice, log::Subsystem::core, {call->id}, "workers have what they had missed");
        });
    });
}

void Instance::check_deletions(const std::shared_ptr<Call>& call) {
    const auto now = BootClock::now();
    if (call->delete_at && *call->delete_at <= now)
        return void(exclusively_with_figures(call, [this](const auto& call, const Turn&) { destroy(call, End::regular); }));
    const auto due = std::find_if(call->parties.begin(), call->parties.end(), [now](const auto& party) {
        return party->delete_at && *party->delete_at <= now;
    });
    if (due == call->parties.end()) return;
    exclusively_with_figures(call, [this, number = (*due)->number](const auto& call, const Turn&) {
        if (auto* party = call->dead ? nullptr : call->find_number(number)) remove_party(call, *party);
    });
}

// Asked again with the figures of the moment: packets may have come that nobody has read yet.
void Instance::check_timeouts(const std::shared_ptr<Call>& call) {
    if (!timed_out(*call)) return;
    exclusively_with_figures(call, [this](const auto& call, const Turn&) {
        const auto end = call->dead ? std::nullopt : timed_out(*call);
        if (!end) return;
        if (*end == End::lease)
            log::record(log::Level::warning, log::Subsystem::core, {call->id}, "Closing call: no request has renewed its lease of {} s", call->lease.count());
        else
            log::record(log::Level::info, log::Subsystem::core, {call->id}, "Closing call due to {}timeout",
                        *end == End::final_timeout ? "final " : "");
        destroy(call, *end);
    });
}

std::optional<End> Instance::timed_out(const Call& call) const {
    const auto now = BootClock::now();
    if (config_.final_timeout() && now - call.created >= std::chrono::seconds(config_.final_timeout()))
        return End::final_timeout;
    if (call.lease.count() && now - call.asked_for >= call.lease) return End::lease;
    auto streams = lives(call, config_, reader(), now);
    const auto subject_to = [&](Timer timer) {
        return std::any_of(streams.begin(), streams.end(), [timer](const auto& life) { return life.timer == timer; });
    };
    const bool plain = subject_to(Timer::plain);
    if (plain) std::erase_if(streams, [](const auto& life) { return life.timer == Timer::silent; });
    if (streams.empty() || !std::all_of(streams.begin(), streams.end(), [](const auto& life) { return life.dead; }))
        return std::nullopt;
    if (plain) return End::timeout;
    return subject_to(Timer::silent) ? End::silent_timeout : End::offer_timeout;
}

} // namespace rtpengine::call
