// SPDX-License-Identifier: Apache-2.0
#include "control/call/instance.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/call/allocate.h"
#include "control/call/each_port.h"
#include "control/call/final_report.h"
#include "control/call/refresh.h"
#include "control/call/usage.h"

namespace rtpengine::call {

namespace {

constexpr std::size_t calls_a_piece = 32; // that are looked at in a row

// Ports that NG itself listens on are not for media.
std::vector<std::uint16_t> control_ports(const link::InstanceConfig& config) {
    std::vector<std::uint16_t> ports;
    for (const auto& listener : config.listeners()) ports.push_back(static_cast<std::uint16_t>(listener.local().port()));
    return ports;
}

// RTP streams that nothing came from and nothing went to, or only one of the two.
void count_ways(const Call& call, const StateReader& read, Totals& totals) {
    const auto sent = sent_by_exit(call, read);
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) {
            if (!sdp::is_rtp(media->protocol) || media->sets.empty()) continue;
            const auto usage = usage_of(*media, 0, sent, read);
            const bool in = usage.in.packets > 0, out = usage.out.packets > 0;
            totals.zero_way += !in && !out;
            totals.one_way += in != out;
        }
}

ng::Learning learning_of(link::Learning learning) {
    switch (learning) {
    case link::DELAYED: return ng::Learning::delayed;
    case link::IMMEDIATE: return ng::Learning::immediate;
    case link::OFF: return ng::Learning::off;
    default: return ng::Learning::heuristic;
    }
}

} // namespace

Instance::Instance(const link::InstanceConfig& config, Shared shared)
    : config_(config), shared_(std::move(shared)), interfaces_(config, control_ports(config), shared_.random),
      committer_(shared_.workers, shared_.loop, shared_.patience, [this](const auto& call) { keep(call); }),
      stock_(shared_.workers, shared_.stream_ids, shared_.loop, interfaces_, shared_.patience),
      turns_(shared_.loop, [this](const std::shared_ptr<Call>& call) { turn_ended(call); }) {
    totals_.since_ms = shared_.loop.now_ms();
    if (shared_.keeper) shared_.keeper->counted(totals_);
    flag_defaults_.sip_source = config.sip_source();
    flag_defaults_.dtls_passive = config.dtls_passive();
    flag_defaults_.learning = learning_of(config.learning());
    flag_defaults_.templates.assign(config.templates().begin(), config.templates().end());
}

std::shared_ptr<Call> Instance::create(const std::string& id, const Endpoint& source) {
    auto call = std::make_shared<Call>();
    call->number = shared_.stream_ids.next();
    call->id = id;
    call->created = call->last_signal = BootClock::now();
    call->created_from = source;
    call->tos = static_cast<int>(config_.tos());
    log::record(log::Level::notice, log::Subsystem::core, {id}, "Creating new call");
    calls_.add(call); // from here on nothing fails
    return call;
}

bool Instance::limit_reached() const {
    if (config_.draining()) return true;
    return config_.max_sessions() >= 0 && calls_.size() >= static_cast<std::size_t>(config_.max_sessions());
}

void Instance::count_rejected() {
    ++totals_.rejected;
    if (shared_.keeper) shared_.keeper->counted(totals_);
}

bool Instance::exclusively(const std::shared_ptr<Call>& call, Work work) {
    return turns_.take(call, [call, work = std::move(work)](const Turn& turn) { work(call, turn); });
}

void Instance::in_turn(const std::shared_ptr<Call>& call, Work work) {
    turns_.insist(call, [call, work = std::move(work)](const Turn& turn) { work(call, turn); });
}

bool Instance::exclusively_with_figures(const std::shared_ptr<Call>& call, Work work) {
    return turns_.take(call, [this, call, work = std::move(work)](const Turn& turn) {
        refresh(*call, shared_.workers, [call, work, turn] { guarded(call->id, [&] { work(call, turn); }); });
    });
}

void Instance::with_figures(const std::shared_ptr<Call>& call, std::function<void()> work) {
    Committer::with_figures(*call, [this, call, work = std::move(work)] {
        refresh(*call, shared_.workers, [call, work] { guarded(call->id, work); });
    });
}

// A call that was made for a request, and that the request has left empty, is nobody's.
void Instance::turn_ended(const std::shared_ptr<Call>& call) {
    if (call->dead || !call->parties.empty()) return count_more(*call);
    forget(*call);
}

void Instance::forget_if_unused(Call& call) noexcept {
    if (!call.busy && !call.dead && call.parties.empty()) forget(call);
}

void Instance::forget(Call& call) noexcept {
    call.dead = true;
    calls_.remove(call);
}

void Instance::keep(const std::shared_ptr<Call>& call) {
    if (shared_.keeper && !call->dead) shared_.keeper->changed(call);
}

std::function<void()> Instance::kept_and(const std::shared_ptr<Call>& call, std::function<void()> answer) {
    auto* keeper = shared_.keeper;
    if (!keeper) return answer;
    keep(call);
    keeper->expect();
    return [keeper, answer = std::move(answer)]() mutable { keeper->then(std::move(answer)); };
}

void Instance::conclude(const std::shared_ptr<Call>& call, const Turn& turn, Change& change, std::function<void()> send, Basket* basket) {
    const auto affected = change.affected();
    const auto kept = kept_and(call, std::move(send));
    if (basket) basket->keep();
    change.keep();
    committer_.tell(call, affected, turn);
    kept();
}

void Instance::restore(std::shared_ptr<Call> call) {
    calls_.add(call);
    recount(*call);
}

// Where media go is looked at with the call's next second: there are as many records to read as ports.
void Instance::count_more(const Call& call) {
    std::uint64_t medias = 0;
    for (const auto& party : call.parties) medias += party->medias.size();
    calls_.count_more(call, medias, count_ports(call));
}

void Instance::recount(const Call& call) {
    Shares shares;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) {
            const auto path = path_of(*media, reader());
            ++(path == MediaPath::kernel ? shares.kernel : path == MediaPath::mixed ? shares.mixed : shares.userspace);
        }
    shares.ports = count_ports(call);
    calls_.count(call, shares);
}

void Instance::destroy(const std::shared_ptr<Call>& call, End end) {
    if (call->dead) return;
    log_final_report(*call, reader());
    count_ways(*call, reader(), totals_);
    call->closing.reserve(count_ports(*call));
    if (shared_.keeper) shared_.keeper->counted(totals_);
    if (shared_.keeper) shared_.keeper->ended(call);
    call->dead = true; // nothing fails from here on
    calls_.remove(*call);
    ++totals_.managed;
    const double duration = std::chrono::duration<double>(BootClock::now() - call->created).count();
    totals_.duration_s += duration;
    totals_.duration_squared_s += duration * duration;
    switch (end) {
    case End::regular: ++totals_.regular; break;
    case End::forced: ++totals_.forced; break;
    case End::lease:
    case End::timeout: ++totals_.timeout; break;
    case End::silent_timeout: ++totals_.silent_timeout; break;
    case End::offer_timeout: ++totals_.offer_timeout; break;
    case End::final_timeout: ++totals_.final_timeout; break;
    }
    for (auto& party : call->parties) release_ports(*party);
    committer_.tell(call, {});
}

std::uint64_t Instance::end_poisoned(std::uint64_t after, std::uint64_t stream, const std::string& worker, unsigned deaths) {
    std::shared_ptr<Call> found;
    after = calls_.walk(after, calls_a_piece, [&](const std::shared_ptr<Call>& call) {
        for_each_port(*call, [&](const PortSet&, const LocalPort& port) {
            if (port.id == stream) found = call;
        });
    });
    if (!found) return after;
    log::record(log::Level::crit, log::Subsystem::core, {found->id},
                "worker {} has died {} times at work on this call: the call is ended, so that others go on", worker, deaths);
    destroy(found, End::forced);
    return 0;
}

bool Instance::terminate(const std::string& id) {
    const auto call = find(id);
    if (!call) return false;
    log::record(log::Level::warning, log::Subsystem::core, {id}, "terminated by an operator");
    destroy(call, End::forced);
    return true;
}

bool Instance::terminate_some(std::size_t most) {
    calls_.walk(0, most, [this](const std::shared_ptr<Call>& call) { terminate(std::string(call->id)); });
    return !calls_.empty();
}

link::Heartbeat::Load Instance::load() const {
    link::Heartbeat::Load load;
    load.set_instance(config_.name());
    load.set_calls(calls_.size());
    for (const auto& interface : interfaces_.all()) {
        auto& used = (*load.mutable_ports())[interface->name];
        for (const auto& local : interface->addresses) used += local->used();
    }
    return load;
}

bool Instance::serves(unsigned worker) const {
    for (const auto& interface : interfaces_.all())
        for (const auto& local : interface->addresses)
            if (worker >= local->first_worker && worker < local->first_worker + local->shards) return true;
    return false;
}

std::uint64_t Instance::add_to_sync(unsigned worker, std::uint64_t after, link::Sync& sync) {
    if (!after) stock_.add_to_sync(worker, sync);
    return calls_.walk(after, calls_a_piece, [&](const std::shared_ptr<Call>& call) { committer_.add_to_sync(*call, worker, sync); });
}

} // namespace rtpengine::call
