// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/search.h"

#include "bench/forward/calls.h"
#include "bench/forward/sink.h"

#include <algorithm>
#include <fmt/format.h>
#include <poll.h>

namespace rtpengine::bench {
namespace {

constexpr double step = 1.5, resolution = 1.03;
constexpr double highest_rate = 2e6;
constexpr double learning_rate = 20000;
constexpr double tick_s = 200e-6;          // between the bursts of a side
constexpr std::int64_t out_of_step_ns = 50'000'000; // such a lag means that the generator sends as fast as it can
constexpr int late_ms = 20; // what comes later waited in a queue that grew, and would have been lost in a longer try
constexpr int look_ms = 100, looks_without_change = 3;

enum class Outcome { whole, lossy, too_fast };

// Until nothing is on its way any more.
void settle(const Sink& sink) {
    auto count = sink.arrived();
    for (int unchanged = 0; unchanged < looks_without_change;) {
        ::poll(nullptr, 0, look_ms);
        const auto now = sink.arrived();
        unchanged = now == count ? unchanged + 1 : 0;
        count = now;
    }
}

Outcome attempt(Traffic& traffic, const Sink& sink, double rate, double seconds) {
    const auto before = sink.arrived();
    const auto burst = std::size_t(std::clamp(rate / 2 * tick_s, 1.0, double(max_burst)));
    const auto flood = traffic.flood({rate, seconds, burst});
    ::poll(nullptr, 0, late_ms);
    const auto arrived = sink.arrived() - before;
    settle(sink);
    if (flood.latest_tick_ns > out_of_step_ns) return Outcome::too_fast;
    return arrived >= flood.sent ? Outcome::whole : Outcome::lossy;
}

// A single loss may be another program's: it has to happen twice.
Outcome attempt_twice(Traffic& traffic, const Sink& sink, double rate, double seconds, Highest& found) {
    auto outcome = Outcome::lossy;
    for (int i = 0; i < 2 && outcome != Outcome::whole; ++i) {
        outcome = attempt(traffic, sink, rate, seconds);
        ++found.tries;
    }
    return outcome;
}

Highest search_running(Traffic& traffic, const Sink& sink, const Options& options) {
    Highest found;
    double lossy = highest_rate;
    bool generator = false; // is what the last upper bound comes from
    for (double rate = options.rate; rate < lossy;) {
        const auto outcome = attempt_twice(traffic, sink, rate, options.seconds, found);
        if (outcome == Outcome::whole) {
            found.packets_per_second = rate;
        } else {
            lossy = rate;
            generator = outcome == Outcome::too_fast;
        }
        const double good = found.packets_per_second;
        if (lossy == highest_rate) rate *= step;
        else if (good == 0) rate = lossy / 2;
        else rate = (good + lossy) / 2;
        if (good > 0 && lossy < good * resolution) break;
        if (rate < 1000) break;
    }
    found.of_generator = generator;
    return found;
}

} // namespace

Result<Highest> search(const Candidate& daemon, const Topology& hosts, Traffic& traffic, const Options& options) {
    Highest found;
    const auto done = with_calls(daemon, hosts, traffic, options, [&](const Daemon&) -> Status {
        const auto warm_up = traffic.run({learning_rate, options.warm_up_seconds, options.burst}, true);
        if (warm_up.received == 0) return Error{"nothing was forwarded"};
        const auto sink = Sink::open(hosts);
        if (!sink) return sink.error();
        found = search_running(traffic, *sink, options);
        return {};
    });
    return done ? Result<Highest>(found) : Result<Highest>(done.error());
}

} // namespace rtpengine::bench
