// SPDX-License-Identifier: Apache-2.0
#include "bench/handshakes/report.h"

#include "bench/common/figures.h"

#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

using Row = Figure<Turn>;

const Row rows[] = {
    {"handshakes_per_second", "calls with a handshake a second", [](const Turn& t) { return double(t.shaking.done) / t.shaking.seconds; }},
    {"calls_per_second", "calls without a second", [](const Turn& t) { return double(t.silent.done) / t.silent.seconds; }},
    {"handshake_us", "daemon's CPU of a handshake, us", [](const Turn& t) { return t.handshake_us(); }},
    {"openssl_us", "  OpenSSL alone", [](const Turn& t) { return double(t.openssl_ns) / 1000; }},
    {"beyond_openssl_us", "  beyond that", [](const Turn& t) { return t.handshake_us() - double(t.openssl_ns) / 1000; }},
    {"failed", "failed calls", [](const Turn& t) { return double(t.failed); }},
};

} // namespace

std::string progress_line(const std::string& name, const Turn& turn) {
    auto out = fmt::format("{:<12}", name);
    for (const auto& row : rows) out += fmt::format("  {} {:.0f}", row.key, row.value(turn));
    if (turn.failed) out += fmt::format("\n  the first that failed: {}", turn.first_fault);
    return out + "\n";
}

std::string table(const Options& options, const std::vector<Round>& rounds) {
    std::string out = fmt::format("{:<34}", "");
    for (const auto& daemon : options.daemons) out += fmt::format("{:>14}", daemon.name);
    out += "\n";
    for (const auto& row : rows) {
        out += fmt::format("{:<34}", row.title);
        for (std::size_t i = 0; i < options.daemons.size(); ++i) out += fmt::format("{:>14.0f}", over_rounds(row, rounds, i));
        out += "\n";
    }
    return out;
}

std::string to_json(const Options& options, const std::vector<Round>& rounds) {
    nlohmann::json out{{"in_flight", options.in_flight}, {"seconds", options.seconds}, {"daemons", to_json(options.daemons, rounds, rows)}};
    return out.dump(2) + "\n";
}

} // namespace rtpengine::bench
