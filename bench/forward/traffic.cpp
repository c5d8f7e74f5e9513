// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/traffic.h"

#include <algorithm>
#include <ctime>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <thread>
#include <utility>

namespace rtpengine::bench {
namespace {

constexpr int silence_ms = 300; // nothing for so long: what is missing is lost
constexpr unsigned ticks_per_collect = 5;

std::int64_t monotonic_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void sleep_until(std::int64_t when_ns) {
    const timespec when{when_ns / 1'000'000'000, when_ns % 1'000'000'000};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr);
}

// Calls `burst(tick)` whenever one is due; each of the `senders` sends one then. Returns the worst lag behind the
// schedule, ns.
template <class Burst> std::int64_t on_schedule(const Pace& pace, std::size_t senders, Burst burst) {
    const double interval_ns = 1e9 * double(pace.burst * senders) / pace.packets_per_second;
    const auto ticks = std::uint64_t(pace.seconds * 1e9 / interval_ns);
    const std::int64_t start = monotonic_ns();
    std::int64_t latest_ns = 0;
    for (std::uint64_t tick = 0; tick < ticks; ++tick) {
        const auto due = start + std::int64_t(double(tick) * interval_ns);
        sleep_until(due);
        latest_ns = std::max(latest_ns, monotonic_ns() - due);
        burst(tick);
    }
    return latest_ns;
}

// Stream ids: even for what callers send, odd for callees.
std::uint32_t stream_id(Side from, std::uint32_t call) {
    return call * 2 + std::uint32_t(from);
}

} // namespace

double Tally::percentile_us(double fraction) {
    if (delays_ns.empty()) return 0;
    const auto rank = std::size_t(fraction * double(delays_ns.size() - 1));
    const auto at = delays_ns.begin() + std::ptrdiff_t(rank);
    std::nth_element(delays_ns.begin(), at, delays_ns.end());
    return double(*at) / 1000;
}

Traffic::Traffic(Host caller, Host callee, std::uint32_t calls, std::uint32_t instances, bool one_way)
    : hosts_{std::move(caller), std::move(callee)},
      pending_(std::size_t(calls) * 2),
      last_ns_(pending_.size()),
      openers_(calls),
      instances_(instances),
      one_way_(one_way) {
    for (const Side side : {Side::caller, Side::callee})
        for (std::uint32_t call = 0; call < calls; ++call)
            streams_[std::size_t(side)].push_back({party_address(side, call), {}, stream_id(side, call), 1, 0, {}});
    go_direct();
}

Result<Traffic> Traffic::create(const Topology& hosts, std::uint32_t calls, std::uint32_t instances, bool one_way) {
    auto caller = Host::open(hosts.caller);
    if (!caller) return caller.error();
    auto callee = Host::open(hosts.callee);
    if (!callee) return callee.error();
    return Traffic(std::move(*caller), std::move(*callee), calls, instances, one_way);
}

Status Traffic::use_ports(std::uint32_t call, const CallPorts& ports) {
    for (const Side side : {Side::caller, Side::callee})
        streams_[std::size_t(side)][call].to = ports.toward[std::size_t(side)];
    openers_[call].reset();
    if (!ports.crypto) return {};
    auto opener = Opener::create(ports.crypto->key);
    if (!opener) return opener.error();
    openers_[call] = std::move(*opener);
    return {};
}

Status Traffic::use_keys(std::uint32_t call, const SrtpKeys& keys) {
    auto opener = Opener::create(keys.theirs);
    if (!opener) return opener.error();
    auto sealer = Sealer::create(keys.ours);
    if (!sealer) return sealer.error();
    openers_[call] = std::move(*opener);
    streams_[std::size_t(Side::callee)][call].sealer = std::move(*sealer);
    return {};
}

Status Traffic::seal_all() {
    for (auto& stream : streams_[std::size_t(Side::callee)]) {
        auto sealer = Sealer::create({});
        if (!sealer) return sealer.error();
        stream.sealer = std::move(*sealer);
    }
    return {};
}

void Traffic::go_direct() {
    for (auto& opener : openers_) opener.reset();
    for (const Side side : {Side::caller, Side::callee})
        for (auto& stream : streams_[std::size_t(side)])
            stream.to = sockaddr_in{AF_INET, htons(media_port), party_address(other(side), stream.id / 2), {}};
}

void Traffic::choose(Side from, std::span<Stream*> burst) {
    auto& streams = streams_[std::size_t(from)];
    auto& next = next_[std::size_t(from)];
    for (auto*& stream : burst) {
        stream = &streams[next];
        next = next + 1 == streams.size() ? 0 : next + 1;
    }
}

void Traffic::send_burst(Side from, std::size_t burst, Tally& tally) {
    std::array<Stream*, max_burst> chosen{};
    choose(from, {chosen.data(), burst});
    const auto sent = hosts_[std::size_t(from)].send({chosen.data(), burst}, run_);
    for (std::size_t i = 0; i < sent; ++i) {
        ++pending_[chosen[i]->id];
        ++share_of(chosen[i]->id, tally).sent;
    }
    tally.sent += sent;
}

void Traffic::count(const Arrival& arrival, Side at, Tally& tally, bool check) {
    if (arrival.mark && arrival.mark->run != run_) return; // a straggler of an earlier run
    if (arrival.stream >= pending_.size() || pending_[arrival.stream] == 0) {
        ++tally.duplicates_or_strays;
        return;
    }
    --pending_[arrival.stream];
    ++tally.received;
    auto& share = share_of(arrival.stream, tally);
    ++share.received;
    if (const auto last = std::exchange(last_ns_[arrival.stream], arrival.at_ns))
        share.longest_gap_ns = std::max(share.longest_gap_ns, arrival.at_ns - last);
    const auto delay_ns = arrival.at_ns - sent_ns(arrival);
    tally.delays_ns.push_back(std::uint32_t(std::clamp<std::int64_t>(delay_ns, 0, UINT32_MAX)));
    if (!is_right(arrival, at, check)) ++tally.misdelivered;
}

// Who can't look into a packet takes the stream's latest one for it: right for delays of less than the 20 ms between
// them.
std::int64_t Traffic::sent_ns(const Arrival& arrival) const {
    return arrival.mark ? arrival.mark->sent_ns : streams_[arrival.stream & 1][arrival.stream / 2].sent_ns;
}

bool Traffic::is_right(const Arrival& arrival, Side at, bool check) const {
    const auto call = arrival.stream / 2;
    const auto& opener = openers_[call];
    const bool secure = opener && at == Side::callee;
    if ((arrival.stream & 1) != std::uint32_t(other(at)) || secure == arrival.mark.has_value()) return false;
    if (!check) return true;
    if (arrival.destination.s_addr != party_address(at, call).s_addr) return false;
    if (!secure) return true;
    const auto opened = opener->open(arrival.packet);
    const auto mark = opened.size() == packet_size ? mark_of(opened) : std::nullopt;
    return mark && mark->stream == arrival.stream;
}

void Traffic::collect(Tally& tally, bool check) {
    for (const Side at : {Side::caller, Side::callee})
        hosts_[std::size_t(at)].receive([&](const Arrival& arrival) { count(arrival, at, tally, check); });
}

void Traffic::wait_for_stragglers(Tally& tally, bool check) {
    std::array<pollfd, 2> sockets{pollfd{hosts_[0].fd(), POLLIN, 0}, pollfd{hosts_[1].fd(), POLLIN, 0}};
    while (tally.received < tally.sent && ::poll(sockets.data(), sockets.size(), silence_ms) > 0)
        collect(tally, check);
}

Flood Traffic::flood_from(Side from, const Pace& pace) {
    Flood flood;
    std::array<Stream*, max_burst> chosen{};
    flood.latest_tick_ns = on_schedule(pace, one_way_ ? 1 : 2, [&](std::uint64_t) {
        choose(from, {chosen.data(), pace.burst});
        flood.sent += hosts_[std::size_t(from)].send({chosen.data(), pace.burst}, run_);
    });
    return flood;
}

Flood Traffic::flood(const Pace& pace) {
    ++run_;
    if (one_way_) return flood_from(Side::caller, pace);
    Flood callees;
    std::thread other_side([&] {
        run_on_time();
        callees = flood_from(Side::callee, pace);
    });
    const Flood callers = flood_from(Side::caller, pace);
    other_side.join();
    return {callers.sent + callees.sent, std::max(callers.latest_tick_ns, callees.latest_tick_ns)};
}

void run_on_time() {
    ::prctl(PR_SET_TIMERSLACK, 1);
    const sched_param priority{.sched_priority = 1};
    ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
}

Tally Traffic::run(const Pace& pace, bool check) {
    Tally tally;
    ++run_;
    std::fill(pending_.begin(), pending_.end(), 0);
    std::fill(last_ns_.begin(), last_ns_.end(), 0);
    tally.shares.resize(instances_);
    for (auto& host : hosts_) host.check(check);
    tally.delays_ns.reserve(std::size_t(pace.packets_per_second * pace.seconds * 1.1));
    tally.latest_tick_ns = on_schedule(pace, one_way_ ? 1 : 2, [&](std::uint64_t tick) {
        send_burst(Side::caller, pace.burst, tally);
        if (!one_way_) send_burst(Side::callee, pace.burst, tally);
        if (tick % ticks_per_collect == 0) collect(tally, check);
    });
    wait_for_stragglers(tally, check);
    return tally;
}

} // namespace rtpengine::bench
