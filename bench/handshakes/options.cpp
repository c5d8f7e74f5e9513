// SPDX-License-Identifier: Apache-2.0
#include "bench/handshakes/options.h"

#include "bench/common/program.h"

namespace rtpengine::bench {
namespace {

constexpr const char* help = R"(usage: handshakes --daemon [NAME=]COMMAND [--daemon ...] [options]

Measures what DTLS-SRTP handshakes cost a media proxy: calls are set up, the callee shakes hands with the proxy, calls are
deleted; then the same without handshakes. COMMAND is the daemon's ordinary command line; its interface, NG address, port
range and --foreground are appended. Several daemons take turns in every round.

  --in-flight N    calls that are worked on at the same time (8)
  --seconds S      of each of both (5)
  --rounds N       the table shows medians over so many (3)
  --strict         exit status 1 if a handshake failed
  --json FILE      every figure of every turn
)";

const option long_options[] = {{"daemon", required_argument, nullptr, 'd'},
                               {"in-flight", required_argument, nullptr, 'f'},
                               {"seconds", required_argument, nullptr, 's'},
                               {"rounds", required_argument, nullptr, 'R'},
                               {"strict", no_argument, nullptr, 'S'},
                               {"json", required_argument, nullptr, 'j'},
                               {"help", no_argument, nullptr, 'h'},
                               {nullptr, 0, nullptr, 0}};

// One option; false if its value is out of range.
bool take(int letter, Options& options) {
    switch (letter) {
    case 'd': options.daemons.push_back(candidate(optarg)); return true;
    case 'f': return number(1, 100, options.in_flight);
    case 's': return number(0.1, 3600, options.seconds);
    case 'R': return number(1, 1000, options.rounds);
    case 'S': return options.strict = true;
    case 'j': options.json_path = optarg; return true;
    default: return false;
    }
}

} // namespace

Result<Options> parse_options(int argc, char** argv) {
    return read_options<Options>(argc, argv, long_options, help, take);
}

} // namespace rtpengine::bench
