// SPDX-License-Identifier: Apache-2.0
// What handshakes of DTLS-SRTP cost any media proxy that speaks NG, see docs/performance.md.
#include "bench/common/program.h"
#include "bench/handshakes/report.h"

#include <cstdio>
#include <fmt/format.h>
#include <fstream>

namespace rtpengine::bench {
namespace {

Result<std::vector<Round>> all_rounds(const Options& options, const Topology& hosts, const DtlsClient& client) {
    std::vector<Round> rounds(options.rounds);
    for (auto& round : rounds)
        for (const auto& daemon : options.daemons) {
            auto turn = measure(daemon, hosts, client, options);
            if (!turn) return turn.error();
            fmt::print("{}", progress_line(daemon.name, *turn));
            std::fflush(stdout);
            round.push_back(*std::move(turn));
        }
    return rounds;
}

bool any_failed(const std::vector<Round>& rounds) {
    for (const auto& round : rounds)
        for (const auto& turn : round)
            if (turn.failed) return true;
    return false;
}

Result<bool> run(const Options& options) {
    auto hosts = Topology::create();
    if (!hosts) return hosts.error();
    auto client = DtlsClient::create();
    if (!client) return client.error();
    auto rounds = all_rounds(options, *hosts, *client);
    if (!rounds) return rounds.error();
    fmt::print("\n{}", table(options, *rounds));
    if (!options.json_path.empty() && !(std::ofstream(options.json_path) << to_json(options, *rounds)))
        return Error{"cannot write " + options.json_path};
    return any_failed(*rounds);
}

} // namespace
} // namespace rtpengine::bench

int main(int argc, char** argv) {
    using namespace rtpengine::bench;
    return run_program(parse_options(argc, argv), [](const Options& options) { return run(options); });
}
