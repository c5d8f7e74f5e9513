// SPDX-License-Identifier: Apache-2.0
#include "bench/ng/options.h"

#include "bench/common/program.h"

namespace rtpengine::bench {
namespace {

constexpr const char* help = R"(usage: ng --daemon [NAME=]COMMAND [--daemon ...] [options]

Measures what calls cost a media proxy: requests a second, CPU of a request, memory and descriptors of an idle call.
COMMAND is the daemon's ordinary command line; its interface, NG address, port range and --foreground are appended.
Several daemons take turns in every round.

  --idle-calls N   calls that are set up and left alone while memory is counted (2000)
  --in-flight N    calls that are worked on at the same time, each with one request on its way (32)
  --seconds S      of offer, answer, delete as fast as they are answered (5)
  --warm-up S      of the same before it (1)
  --rounds N       the table shows medians over so many (3)
  --srtp           callees have SRTP, by SDES
  --strict         exit status 1 if an answer was wrong or missing, or a descriptor is left when all calls are gone
  --json FILE      every figure of every turn
)";

const option long_options[] = {{"daemon", required_argument, nullptr, 'd'},
                               {"idle-calls", required_argument, nullptr, 'i'},
                               {"in-flight", required_argument, nullptr, 'f'},
                               {"seconds", required_argument, nullptr, 's'},
                               {"warm-up", required_argument, nullptr, 'w'},
                               {"rounds", required_argument, nullptr, 'R'},
                               {"srtp", no_argument, nullptr, 'p'},
                               {"strict", no_argument, nullptr, 'S'},
                               {"json", required_argument, nullptr, 'j'},
                               {"help", no_argument, nullptr, 'h'},
                               {nullptr, 0, nullptr, 0}};

// One option; false if its value is out of range.
bool take(int letter, Options& options) {
    switch (letter) {
    case 'd': options.daemons.push_back(candidate(optarg)); return true;
    case 'i': return number(1, 9000, options.idle_calls); // four ports each
    case 'f': return number(1, 500, options.in_flight);
    case 's': return number(0.1, 3600, options.seconds);
    case 'w': return number(0.1, 3600, options.warm_up_seconds);
    case 'R': return number(1, 1000, options.rounds);
    case 'p': return options.srtp = true;
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
