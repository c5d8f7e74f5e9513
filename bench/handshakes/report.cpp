// SPDX-License-Identifier: Apache-2.0
#include "bench/handshakes/report.h"

#include "bench/common/median.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rtpengine::bench {
namespace {

struct Row {
    const char* key;
    const char* title;
    double (*value)(const Turn&);
};

const Row rows[] = {
    {"handshakes_per_second", "calls with a handshake a second", [](const Turn& t) { return double(t.shaking.done) / t.shaking.seconds; }},
    {"calls_per_second", "calls without a second", [](const Turn& t) { return double(t.silent.done) / t.silent.seconds; }},
    {"handshake_us", "daemon's CPU of a handshake, us", [](const Turn& t) { return t.handshake_us(); }},
    {"openssl_us", "  OpenSSL alone", [](const Turn& t) { return double(t.openssl_ns) / 1000; }},
    {"beyond_openssl_us", "  beyond that", [](const Turn& t) { return t.handshake_us() - double(t.openssl_ns) / 1000; }},
    {"failed", "failed calls", [](const Turn& t) { return double(t.failed); }},
};

double over_rounds(const Row& row, const std::vector<Round>& rounds, std::size_t daemon) {
    std::vector<double> values;
    for (const auto& round : rounds) values.push_back(row.value(round[daemon]));
    return median(std::move(values));
}

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
    nlohmann::json out{{"in_flight", options.in_flight}, {"seconds", options.seconds}, {"daemons", nlohmann::json::array()}};
    for (std::size_t i = 0; i < options.daemons.size(); ++i) {
        nlohmann::json turns = nlohmann::json::array(), summary;
        for (const auto& round : rounds) {
            nlohmann::json turn;
            for (const auto& row : rows) turn[row.key] = row.value(round[i]);
            turns.push_back(std::move(turn));
        }
        for (const auto& row : rows) summary[row.key] = over_rounds(row, rounds, i);
        out["daemons"].push_back({{"name", options.daemons[i].name},
                                  {"command", options.daemons[i].command},
                                  {"rounds", turns},
                                  {"summary", summary}});
    }
    return out.dump(2) + "\n";
}

} // namespace rtpengine::bench
