// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/dtls_client.h"
#include "bench/common/topology.h"
#include "bench/handshakes/options.h"

namespace rtpengine::bench {

// Calls that were set up and deleted again.
struct Calls {
    std::uint64_t done = 0;
    double seconds = 0;
    std::uint64_t daemon_ns = 0; // CPU
};

// One daemon's turn in a round.
struct Turn {
    Calls shaking, silent; // with a handshake each, and without
    std::uint64_t failed = 0;
    std::string first_fault;
    std::uint64_t openssl_ns = 0; // CPU of a handshake's passive side alone

    double handshake_us() const; // CPU of the daemon
};

// Starts the daemon, measures and stops it.
Result<Turn> measure(const Candidate& daemon, const Topology& hosts, const DtlsClient& client, const Options& options);

} // namespace rtpengine::bench
