// SPDX-License-Identifier: Apache-2.0
#include "bench/forward/report.h"

#include "bench/common/median.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>

namespace rtpengine::bench {
namespace {

using Value = std::function<double(const Measurement& turn, const Measurement& calibration)>;

enum class Over { median, sum };

struct Row {
    const char* key;
    const char* title;
    Value value;
    Over over;
    int decimals;
    bool compared; // has a ratio
};

double longest_gap_ms(const Measurement& turn) {
    std::int64_t longest = 0;
    for (const auto& share : turn.shares) longest = std::max(longest, share.longest_gap_ns);
    return double(longest) / 1e6;
}

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        {"sent", "packets sent", [](auto& t, auto&) { return double(t.sent); }, Over::sum, 0, false},
        {"received", "packets received", [](auto& t, auto&) { return double(t.received); }, Over::sum, 0, false},
        {"lost", "lost", [](auto& t, auto&) { return double(t.lost()); }, Over::sum, 0, false},
        {"lost_warming_up", "lost while learning", [](auto& t, auto&) { return double(t.lost_warming_up); },
         Over::sum, 0, false},
        {"misdelivered", "at a wrong place", [](auto& t, auto&) { return double(t.misdelivered); }, Over::sum, 0,
         false},
        {"machine_us", "machine CPU, us/packet", [](auto& t, auto& c) { return cost(t, c).machine_us; },
         Over::median, 2, true},
        {"processes_us", "  without other programs", [](auto& t, auto& c) { return cost(t, c).processes_us; },
         Over::median, 2, true},
        {"daemon_us", "  daemon's own processes", [](auto& t, auto& c) { return cost(t, c).daemon_us; },
         Over::median, 2, true},
        {"p50_us", "delay p50, us", [](auto& t, auto&) { return t.p50_us; }, Over::median, 0, true},
        {"p99_us", "delay p99, us", [](auto& t, auto&) { return t.p99_us; }, Over::median, 0, true},
        {"p999_us", "delay p99.9, us", [](auto& t, auto&) { return t.p999_us; }, Over::median, 0, true},
        {"added_p50_us", "  added p50, us", [](auto& t, auto& c) { return t.p50_us - c.p50_us; }, Over::median, 0, true},
        {"added_p999_us", "  added p99.9, us", [](auto& t, auto& c) { return t.p999_us - c.p50_us; }, Over::median, 0,
         true},
        {"longest_gap_ms", "longest gap, ms", [](auto& t, auto&) { return longest_gap_ms(t); }, Over::median, 1, false},
        {"generator_drops", "generator: drops", [](auto& t, auto&) { return double(t.generator_drops); }, Over::sum,
         0, false},
        {"late_ms", "generator: worst lag, ms", [](auto& t, auto&) { return t.late_ms; }, Over::median, 1, false},
        {"generator_us", "generator: CPU, us/packet",
         [](auto&, auto& c) { return double(c.cpu.generator) / 1000 / double(std::max<std::uint64_t>(1, c.sent)); },
         Over::median, 2, false},
        {"elsewhere_percent", "other programs' CPU, %", [](auto& t, auto&) { return t.share_of_cpus_elsewhere() * 100; },
         Over::median, 1, false},
        {"stolen_percent", "CPU stolen, %", [](auto& t, auto&) { return t.share_of_cpus_stolen() * 100; },
         Over::median, 1, false},
    };
    return all;
}

double over_rounds(const Row& row, const std::vector<Round>& rounds, std::size_t daemon) {
    std::vector<double> values;
    double sum = 0;
    for (const auto& round : rounds) {
        values.push_back(row.value(round.turns[daemon], round.calibration));
        sum += values.back();
    }
    return row.over == Over::sum ? sum : median(std::move(values));
}

std::string line(const Row& row, const std::vector<Round>& rounds, std::size_t daemons) {
    std::string out = fmt::format("{:<27}", row.title);
    for (std::size_t i = 0; i < daemons; ++i)
        out += fmt::format("{:>14.{}f}", over_rounds(row, rounds, i), row.decimals);
    const double reference = over_rounds(row, rounds, daemons - 1);
    for (std::size_t i = 0; row.compared && i + 1 < daemons; ++i)
        out += reference > 0 ? fmt::format("{:>14.2f}", over_rounds(row, rounds, i) / reference)
                             : fmt::format("{:>14}", "-");
    return out + "\n";
}

std::string heading(const Options& options) {
    std::string out = fmt::format("{:<27}", "");
    for (const auto& daemon : options.daemons) out += fmt::format("{:>14}", daemon.name);
    for (std::size_t i = 0; i + 1 < options.daemons.size(); ++i)
        out += fmt::format("{:>14}", options.daemons[i].name + "/" + options.daemons.back().name);
    return out + "\n";
}

double highest(const std::vector<std::vector<Highest>>& rounds, std::size_t daemon) {
    std::vector<double> rates;
    for (const auto& round : rounds) rates.push_back(round[daemon].packets_per_second);
    return median(std::move(rates));
}

bool of_generator(const std::vector<std::vector<Highest>>& rounds, std::size_t daemon) {
    return std::any_of(rounds.begin(), rounds.end(), [&](const auto& round) { return round[daemon].of_generator; });
}

nlohmann::json turn_json(const Measurement& turn, const Measurement& calibration) {
    nlohmann::json out;
    for (const auto& row : rows()) out[row.key] = row.value(turn, calibration);
    for (const auto& share : turn.shares)
        out["instances"].push_back({{"sent", share.sent},
                                    {"lost", share.sent - share.received},
                                    {"longest_gap_ms", double(share.longest_gap_ns) / 1e6}});
    return out;
}

} // namespace

std::string progress_line(const std::string& name, const Measurement& turn, const Measurement& calibration) {
    const auto paid = cost(turn, calibration);
    return fmt::format("{:<12} {:>9} sent {:>6} lost  {:6.2f} us/packet (daemon {:.2f})  p50 {:.0f} p99 {:.0f} us\n",
                       name, turn.sent, turn.lost(), paid.machine_us, paid.daemon_us, turn.p50_us, turn.p99_us);
}

std::string table(const Options& options, const std::vector<Round>& rounds) {
    const auto daemons = options.daemons.size();
    std::string out = heading(options);
    for (const auto& row : rows()) out += line(row, rounds, daemons);
    return out;
}

std::string to_json(const Options& options, const std::vector<Round>& rounds) {
    nlohmann::json out{{"rate", options.rate},
                       {"streams", options.streams},
                       {"seconds", options.seconds},
                       {"payload_bytes", packet_size},
                       {"daemons", nlohmann::json::array()}};
    for (std::size_t i = 0; i < options.daemons.size(); ++i) {
        nlohmann::json turns = nlohmann::json::array();
        nlohmann::json summary;
        for (const auto& round : rounds) turns.push_back(turn_json(round.turns[i], round.calibration));
        for (const auto& row : rows()) summary[row.key] = over_rounds(row, rounds, i);
        out["daemons"].push_back({{"name", options.daemons[i].name},
                                  {"command", options.daemons[i].command},
                                  {"rounds", turns},
                                  {"summary", summary}});
    }
    return out.dump(2) + "\n";
}

std::string progress_line(const std::string& name, const Highest& found) {
    return fmt::format("{:<12} {:>9.0f} packets a second without loss{} ({} tries)\n", name, found.packets_per_second,
                       found.of_generator ? ", more than that the generator can't send" : "", found.tries);
}

std::string table(const Options& options, const std::vector<std::vector<Highest>>& rounds) {
    std::string out = heading(options) + fmt::format("{:<27}", "highest rate without loss");
    const auto daemons = options.daemons.size();
    for (std::size_t i = 0; i < daemons; ++i)
        out += fmt::format("{:>14}", fmt::format("{}{:.0f}", of_generator(rounds, i) ? ">" : "", highest(rounds, i)));
    const auto reference = highest(rounds, daemons - 1);
    for (std::size_t i = 0; i + 1 < daemons; ++i)
        out += reference > 0 ? fmt::format("{:>14.2f}", highest(rounds, i) / reference) : fmt::format("{:>14}", "-");
    return out + "\n";
}

std::string to_json(const Options& options, const std::vector<std::vector<Highest>>& rounds) {
    nlohmann::json out{{"streams", options.streams}, {"seconds", options.seconds}, {"daemons", nlohmann::json::array()}};
    for (std::size_t i = 0; i < options.daemons.size(); ++i) {
        nlohmann::json turns = nlohmann::json::array();
        for (const auto& round : rounds)
            turns.push_back({{"lossless_pps", round[i].packets_per_second}, {"generator_bound", round[i].of_generator}});
        out["daemons"].push_back({{"name", options.daemons[i].name},
                                  {"command", options.daemons[i].command},
                                  {"rounds", turns},
                                  {"summary",
                                   {{"lossless_pps", highest(rounds, i)}, {"generator_bound", of_generator(rounds, i)}}}});
    }
    return out.dump(2) + "\n";
}

} // namespace rtpengine::bench
