// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/options.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <getopt.h>

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
                               {"strict", no_argument, nullptr, 'S'},
                               {"json", required_argument, nullptr, 'j'},
                               {"help", no_argument, nullptr, 'h'},
                               {nullptr, 0, nullptr, 0}};

Candidate candidate(const std::string& text) {
    const auto equals = text.find('=');
    const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    if (equals != text.npos && equals > 0 && std::all_of(text.begin(), text.begin() + long(equals), is_name))
        return {text.substr(0, equals), text.substr(equals + 1)};
    const auto program = text.substr(0, text.find(' '));
    return {program.substr(program.rfind('/') + 1), text};
}

bool number(double low, double high, double& value) {
    char* end = nullptr;
    value = std::strtod(optarg, &end);
    return end != optarg && *end == '\0' && value >= low && value <= high;
}

// One option; false if its value is out of range.
bool take(int letter, Options& options) {
    double value = 0;
    switch (letter) {
    case 'd': options.daemons.push_back(candidate(optarg)); return true;
    case 'r': return number(100, 10e6, options.rate);
    case 's': return number(0.1, 3600, options.seconds);
    case 'w': return number(0.1, 3600, options.warm_up_seconds);
    case 'j': options.json_path = optarg; return true;
    case '2': return options.two_interfaces = true;
    case 'S': return options.strict = true;
    case 'n':
        if (!number(2, max_calls * 2.0, value)) return false;
        options.streams = std::uint32_t(value) / 2 * 2;
        return true;
    case 'R':
        if (!number(1, 1000, value)) return false;
        options.rounds = std::uint32_t(value);
        return true;
    case 'b':
        if (!number(1, double(max_burst), value)) return false;
        options.burst = std::size_t(value);
        return true;
    default: return false;
    }
}

} // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    int index = 0;
    for (int letter = 0; (letter = ::getopt_long(argc, argv, "h", long_options, &index)) != -1;) {
        if (letter == 'h') return Error{help, 0};
        if (letter == '?') return Error{help, 1};
        if (!take(letter, options))
            return Error{fmt::format("--{}: {} is out of range\n", long_options[index].name, optarg), 1};
    }
    if (options.daemons.empty() || optind != argc) return Error{help, 1};
    return options;
}

} // namespace rtpengine::bench
