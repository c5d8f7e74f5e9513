// SPDX-License-Identifier: Apache-2.0
#include "bench/ng/report.h"

#include "bench/common/figures.h"

#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

using Row = Figure<Turn>;

double per_request_us(const Turn& turn, std::uint64_t ns) {
    return turn.busy.requests ? double(ns) / 1000 / double(turn.busy.requests) : 0;
}
double per_call(const Turn& turn, double growth) {
    return growth / turn.idle.calls;
}
double pss(const Turn& turn) {
    return per_call(turn, double(turn.idle.with.memory) - double(turn.idle.before.memory));
}

const Row rows[] = {
    {"calls_per_second", "offer+answer+delete a second",
     [](const Turn& t) { return double(t.busy.requests) / verbs / t.busy.seconds; }, 0},
    {"request_us", "daemon's CPU, us/request", [](const Turn& t) { return per_request_us(t, t.cpu.daemon); }, 1},
    {"offer_p50_us", "offer, p50, us", [](const Turn& t) { return t.busy.percentile_us(Verb::offer, 0.5); }, 0},
    {"offer_p99_us", "offer, p99, us", [](const Turn& t) { return t.busy.percentile_us(Verb::offer, 0.99); }, 0},
    {"answer_p50_us", "answer, p50, us", [](const Turn& t) { return t.busy.percentile_us(Verb::answer, 0.5); }, 0},
    {"answer_p99_us", "answer, p99, us", [](const Turn& t) { return t.busy.percentile_us(Verb::answer, 0.99); }, 0},
    {"delete_p50_us", "delete, p50, us", [](const Turn& t) { return t.busy.percentile_us(Verb::remove, 0.5); }, 0},
    {"delete_p99_us", "delete, p99, us", [](const Turn& t) { return t.busy.percentile_us(Verb::remove, 0.99); }, 0},
    {"idle_call_bytes", "memory of an idle call, bytes", [](const Turn& t) { return pss(t); }, 0},
    {"idle_call_slab_bytes", "  kernel's small objects", [](const Turn& t) { return per_call(t, double(t.idle.slab)); }, 0},
    {"idle_call_descriptors", "descriptors of a call",
     [](const Turn& t) { return per_call(t, double(t.idle.with.descriptors) - double(t.idle.before.descriptors)); }, 2},
    {"base_bytes", "memory without calls, bytes", [](const Turn& t) { return double(t.idle.before.memory); }, 0},
    {"descriptors_left", "descriptors left over", [](const Turn& t) { return double(t.descriptors_left); }, 0},
    {"wrong", "wrong or missing answers", [](const Turn& t) { return double(t.wrong); }, 0},
    {"repeated", "requests sent again", [](const Turn& t) { return double(t.repeated); }, 0},
    {"generator_us", "generator's CPU, us/request", [](const Turn& t) { return per_request_us(t, t.cpu.generator); }, 1},
};

std::string line(const Row& row, const std::vector<Round>& rounds, std::size_t daemons) {
    std::string out = fmt::format("{:<30}", row.title);
    for (std::size_t i = 0; i < daemons; ++i)
        out += fmt::format("{:>14.{}f}", over_rounds(row, rounds, i), row.decimals);
    const double reference = over_rounds(row, rounds, daemons - 1);
    for (std::size_t i = 0; i + 1 < daemons; ++i)
        out += reference > 0 ? fmt::format("{:>14.2f}", over_rounds(row, rounds, i) / reference)
                             : fmt::format("{:>14}", "-");
    return out + "\n";
}

} // namespace

std::string progress_line(const std::string& name, const Turn& turn) {
    auto out = fmt::format("{:<12}", name);
    for (const auto* key : {"calls_per_second", "request_us", "idle_call_bytes", "idle_call_descriptors"})
        for (const auto& row : rows)
            if (row.key == std::string_view(key)) out += fmt::format("  {} {:.{}f}", key, row.value(turn), row.decimals);
    if (turn.wrong) out += fmt::format("\n  {} wrong answers, the first: {}", turn.wrong, turn.first_fault);
    return out + "\n";
}

std::string table(const Options& options, const std::vector<Round>& rounds) {
    const auto daemons = options.daemons.size();
    std::string out = fmt::format("{:<30}", "");
    for (const auto& daemon : options.daemons) out += fmt::format("{:>14}", daemon.name);
    for (std::size_t i = 0; i + 1 < daemons; ++i)
        out += fmt::format("{:>14}", options.daemons[i].name + "/" + options.daemons.back().name);
    out += "\n";
    for (const auto& row : rows) out += line(row, rounds, daemons);
    return out;
}

std::string to_json(const Options& options, const std::vector<Round>& rounds) {
    nlohmann::json out{{"idle_calls", options.idle_calls},
                       {"in_flight", options.in_flight},
                       {"seconds", options.seconds},
                       {"daemons", to_json(options.daemons, rounds, rows)}};
    return out.dump(2) + "\n";
}

} // namespace rtpengine::bench
