// SPDX-License-Identifier: Apache-2.0
// CPU, loss and delay of any media proxy that speaks NG, see docs/performance.md.
#include "bench/forward/options.h"
#include "bench/forward/report.h"
#include "bench/forward/round.h"

#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <sched.h>
#include <sys/prctl.h>

namespace rtpengine::bench {
namespace {

// The generator must keep its schedule whatever the daemon does; where that isn't allowed its lag shows.
void run_on_time() {
    ::prctl(PR_SET_TIMERSLACK, 1);
    const sched_param priority{.sched_priority = 1};
    ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
}

Result<std::vector<Round>> all_rounds(const Options& options, const Topology& hosts) {
    auto traffic = Traffic::create(hosts, options.streams / 2);
    if (!traffic) return traffic.error();
    std::vector<Round> rounds;
    for (std::uint32_t number = 0; number < options.rounds; ++number) {
        Round round{calibrate(hosts, *traffic, options), {}};
        fmt::print("round {}/{}: generator alone {:.2f} us/packet, {} lost\n", number + 1, options.rounds,
                   double(round.calibration.cpu.generator) / 1000 / double(round.calibration.sent),
                   round.calibration.lost());
        for (const auto& daemon : options.daemons) {
            auto turn = measure(daemon, hosts, *traffic, options);
            if (!turn) return turn.error();
            fmt::print("{}", progress_line(daemon.name, *turn, round.calibration));
            std::fflush(stdout);
            round.turns.push_back(*turn);
        }
        rounds.push_back(std::move(round));
    }
    return rounds;
}

bool lost_any(const std::vector<Round>& rounds) {
    for (const auto& round : rounds)
        for (const auto& turn : round.turns)
            if (turn.lost() != 0 || turn.misdelivered != 0) return true;
    return false;
}

Result<bool> run(const Options& options) {
    auto hosts = Topology::create();
    if (!hosts) return hosts.error();
    run_on_time();
    auto rounds = all_rounds(options, *hosts);
    if (!rounds) return rounds.error();
    fmt::print("\n{}", table(options, *rounds));
    if (!options.json_path.empty() && !(std::ofstream(options.json_path) << to_json(options, *rounds)))
        return Error{"cannot write " + options.json_path};
    return lost_any(*rounds);
}

int main(int argc, char** argv) {
    auto options = parse_options(argc, argv);
    if (!options) {
        std::fputs(options.error().message.c_str(), options.error().code ? stderr : stdout);
        return options.error().code;
    }
    auto lost = run(*options);
    if (!lost) fmt::print(stderr, "{}\n", lost.error().message);
    return !lost || (options->strict && *lost) ? 1 : 0;
}

} // namespace
} // namespace rtpengine::bench

int main(int argc, char** argv) try {
    return rtpengine::bench::main(argc, argv);
} catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
}
