// SPDX-License-Identifier: Apache-2.0
// CPU, loss and delay of any media proxy that speaks NG, see docs/performance.md.
#include "bench/common/program.h"
#include "bench/forward/options.h"
#include "bench/forward/report.h"
#include "bench/forward/round.h"
#include "bench/forward/search.h"

#include <cstdio>
#include <fmt/format.h>
#include <fstream>

namespace rtpengine::bench {
namespace {

Result<std::vector<Round>> all_rounds(const Options& options, const Topology& hosts) {
    auto traffic = Traffic::create(hosts, options.calls(), options.instances, options.srtp);
    if (!traffic) return traffic.error();
    if (options.dtls)
        if (auto sealed = traffic->seal_all(); !sealed) return sealed.error();
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

Result<std::vector<std::vector<Highest>>> all_searches(const Options& options, const Topology& hosts) {
    auto traffic = Traffic::create(hosts, options.calls(), options.instances, options.srtp);
    if (!traffic) return traffic.error();
    std::vector<std::vector<Highest>> rounds(options.rounds);
    for (auto& round : rounds)
        for (const auto& daemon : options.daemons) {
            auto found = search(daemon, hosts, *traffic, options);
            if (!found) return found.error();
            fmt::print("{}", progress_line(daemon.name, *found));
            std::fflush(stdout);
            round.push_back(*found);
        }
    return rounds;
}

bool lost_any(const std::vector<Round>& rounds) {
    for (const auto& round : rounds)
        for (const auto& turn : round.turns)
            if (turn.lost() != 0 || turn.misdelivered != 0) return true;
    return false;
}

Status write_json(const Options& options, const std::string& text) {
    if (options.json_path.empty() || std::ofstream(options.json_path) << text) return {};
    return Error{"cannot write " + options.json_path};
}

Result<bool> run_search(const Options& options, const Topology& hosts) {
    auto rounds = all_searches(options, hosts);
    if (!rounds) return rounds.error();
    fmt::print("\n{}", table(options, *rounds));
    if (auto written = write_json(options, to_json(options, *rounds)); !written) return written.error();
    return false;
}

Result<bool> run(const Options& options) {
    auto hosts = Topology::create();
    if (!hosts) return hosts.error();
    run_on_time();
    if (options.search) return run_search(options, *hosts);
    auto rounds = all_rounds(options, *hosts);
    if (!rounds) return rounds.error();
    fmt::print("\n{}", table(options, *rounds));
    if (auto written = write_json(options, to_json(options, *rounds)); !written) return written.error();
    return lost_any(*rounds);
}

} // namespace
} // namespace rtpengine::bench

int main(int argc, char** argv) {
    using namespace rtpengine::bench;
    return run_program(parse_options(argc, argv), [](const Options& options) { return run(options); });
}
