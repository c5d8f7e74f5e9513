// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/options.h"

#include "bench/common/program.h"

#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

constexpr const char* help = R"(usage: forward --daemon [NAME=]COMMAND [--daemon ...] [options]

Measures what it costs a media proxy to forward RTP. COMMAND is the daemon's ordinary command line; its
interfaces, NG address, port range and --foreground are appended. Several daemons take turns in every round.

  --rate N          packets a second, both directions together (50000)
  --streams N       streams, two of each call (1000)
  --seconds S       measured time of each turn (10)
  --warm-up S       traffic before it, in which every packet's destination is checked (5)
  --rounds N        the table shows medians over so many (3)
  --burst N         packets in one sending call on each side, 1..64 (5)
  --two-interfaces  callers and callees on logical interfaces of their own
  --instances N     COMMAND serves N instances, on the NG port given to it and those that follow; calls take turns (1)
  --srtp            callers send RTP and callees get SRTP, AES_CM_128_HMAC_SHA1_80: one stream of each call, one direction
  --dtls            callees have DTLS-SRTP with that suite, both ways
  --search          look for the highest rate without loss instead, from --rate on; --seconds is that of each try
  --strict          exit status 1 if a packet was lost
  --json FILE       every figure of every turn
)";

const option long_options[] = {{"daemon", required_argument, nullptr, 'd'},
                               {"rate", required_argument, nullptr, 'r'},
                               {"streams", required_argument, nullptr, 'n'},
                               {"seconds", required_argument, nullptr, 's'},
                               {"warm-up", required_argument, nullptr, 'w'},
                               {"rounds", required_argument, nullptr, 'R'},
                               {"burst", required_argument, nullptr, 'b'},
                               {"two-interfaces", no_argument, nullptr, '2'},
                               {"instances", required_argument, nullptr, 'i'},
                               {"srtp", no_argument, nullptr, 'p'},
                               {"dtls", no_argument, nullptr, 'D'},
                               {"search", no_argument, nullptr, 'x'},
                               {"strict", no_argument, nullptr, 'S'},
                               {"json", required_argument, nullptr, 'j'},
                               {"help", no_argument, nullptr, 'h'},
                               {nullptr, 0, nullptr, 0}};

// One option; false if its value is out of range.
bool take(int letter, Options& options) {
    switch (letter) {
    case 'd': options.daemons.push_back(candidate(optarg)); return true;
    case 'r': return number(100, 10e6, options.rate);
    case 's': return number(0.1, 3600, options.seconds);
    case 'w': return number(0.1, 3600, options.warm_up_seconds);
    case 'j': options.json_path = optarg; return true;
    case '2': return options.two_interfaces = true;
    case 'S': return options.strict = true;
    case 'i': return number(1, 16, options.instances);
    case 'p': return options.srtp = true;
    case 'D': return options.dtls = true;
    case 'x': return options.search = true;
    case 'n':
        if (!number(2, max_calls * 2.0, options.streams)) return false;
        options.streams -= options.streams % 2;
        return true;
    case 'R': return number(1, 1000, options.rounds);
    case 'b': return number(1, double(max_burst), options.burst);
    default: return false;
    }
}

} // namespace

Result<Options> parse_options(int argc, char** argv) {
    auto options = read_options<Options>(argc, argv, long_options, help, take);
    if (options && options->srtp && options->dtls) return Error{"--srtp and --dtls exclude each other\n", 1};
    if (options && options->calls() > max_calls)
        return Error{fmt::format("--streams {}: with --srtp no more than {}", options->streams, max_calls)};
    return options;
}

} // namespace rtpengine::bench
