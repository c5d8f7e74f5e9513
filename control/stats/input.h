// SPDX-License-Identifier: Apache-2.0
// The numbers behind the `statistics` reply (specification section 8.3). What isn't built stays zero.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rtpengine::stats {

struct Traffic {
    std::uint64_t packets = 0, bytes = 0, errors = 0;
};

// Samples of a quality metric.
struct Metric {
    double total = 0, total_of_squares = 0;
    std::uint64_t samples = 0;

    double average() const;
    double deviation() const;
};

struct Quality {
    Metric mos, jitter, rtt_e2e, rtt_dsct, packetloss, jitter_measured;
};

// Of the calls that are there.
struct Current {
    std::uint64_t sessions_own = 0, sessions_foreign = 0, transcoded_media = 0, media_cache = 0,
                  player_cache = 0;
    Traffic user_rate, kernel_rate; // per second
    std::uint64_t media_userspace = 0, media_kernel = 0, media_mixed = 0;
};

// Since the start; calls count when they have ended.
struct Total {
    std::uint64_t managed_sessions = 0, rejected_sessions = 0, timeout_sessions = 0,
                  silent_timeout_sessions = 0, final_timeout_sessions = 0, offer_timeout_sessions = 0,
                  regular_terminated_sessions = 0, forced_terminated_sessions = 0;
    Traffic user, kernel;
    std::uint64_t zero_way_streams = 0, one_way_streams = 0;
    double call_duration = 0, call_duration_squared = 0; // seconds; sums
};

struct Interface {
    std::string name, address;
    std::uint64_t port_min = 0, port_max = 0, ports_used = 0, ports_total = 0;
    std::uint64_t packets_lost = 0, duplicates = 0;
    Quality quality;
    Traffic ingress, egress;
};

struct Input {
    double uptime = 0; // seconds
    Current current;
    Total total;
    Quality quality;
    std::uint64_t packets_lost = 0, rtp_duplicates = 0, rtp_skips = 0, rtp_seq_resets = 0, rtp_reordered = 0;
    std::vector<Interface> interfaces;
};

} // namespace rtpengine::stats
