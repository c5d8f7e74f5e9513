// SPDX-License-Identifier: Apache-2.0
// What calls cost any media proxy that speaks NG, see docs/performance.md.
#include "bench/common/program.h"
#include "bench/ng/options.h"
#include "bench/ng/report.h"

#include <cstdio>
#include <fmt/format.h>
#include <fstream>

namespace rtpengine::bench {
namespace {

Result<std::vector<Round>> all_rounds(const Options& options, const Topology& hosts) {
    std::vector<Round> rounds(options.rounds);
    for (auto& round : rounds)
        for (const auto& daemon : options.daemons) {
            auto turn = measure(daemon, hosts, options);
            if (!turn) return turn.error();
            fmt::print("{}", progress_line(daemon.name, *turn));
            std::fflush(stdout);
            round.push_back(*std::move(turn));
        }
    return rounds;
}

bool any_fault(const std::vector<Round>& rounds) {
    for (const auto& round : rounds)
        for (const auto& turn : round)
            if (turn.wrong != 0 || turn.descriptors_left > 0) return true;
    return false;
}

Result<bool> run(const Options& options) {
    auto hosts = Topology::create();
    if (!hosts) return hosts.error();
    auto rounds = all_rounds(options, *hosts);
    if (!rounds) return rounds.error();
    fmt::print("\n{}", table(options, *rounds));
    if (!options.json_path.empty() && !(std::ofstream(options.json_path) << to_json(options, *rounds)))
        return Error{"cannot write " + options.json_path};
    return any_fault(*rounds);
}

} // namespace
} // namespace rtpengine::bench

int main(int argc, char** argv) {
    using namespace rtpengine::bench;
    return run_program(parse_options(argc, argv), [](const Options& options) { return run(options); });
}
