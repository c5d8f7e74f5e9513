// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/candidate.h"
#include "bench/forward/traffic.h"
#include "common/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rtpengine::bench {

struct Options {
    std::vector<Candidate> daemons;
    double rate = 50000;         // packets a second, both directions together
    std::uint32_t streams = 1000; // two of each call; with `srtp` one
    double seconds = 10;
    double warm_up_seconds = 5; // longer than a daemon takes to learn endpoints
    std::uint32_t rounds = 3;
    std::size_t burst = 5;
    bool two_interfaces = false;
    std::uint32_t instances = 1; // of the daemon, on NG ports one after another
    bool srtp = false; // callers send RTP, callees get SRTP and send nothing
    bool dtls = false; // callees have SRTP with keys of DTLS, both ways
    bool strict = false; // exit 1 on loss
    bool search = false; // the highest rate without loss instead of the cost of one
    std::string json_path;

    std::uint32_t calls() const { return srtp ? streams : streams / 2; }
};

// An error's text is for the user; for --help it is the whole help.
Result<Options> parse_options(int argc, char** argv);

} // namespace rtpengine::bench
