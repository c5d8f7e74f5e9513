// SPDX-License-Identifier: Apache-2.0
#include "ctl/top_view.h"

#include <fmt/format.h>

#include "common/ng/coerce.h"
#include "ctl/format.h"

namespace rtpengine::ctl {

namespace {

// The same thing at two moments.
struct Pair {
    const ng::Dict &before, &now;
    double seconds;

    // A counter that went back belongs to another process.
    std::optional<double> per_second(std::string_view key) const {
        const auto a = number(before, key), b = number(now, key);
        if (!a || !b || *b < *a || seconds <= 0) return std::nullopt;
        return static_cast<double>(*b - *a) / seconds;
    }
    std::string rate(std::string_view key) const {
        const auto value = per_second(key);
        return value ? fmt::format("{:.0f}", *value) : "-";
    }
    // Milliseconds of CPU a second.
    std::string cpu() const {
        const auto same = number(before, "pid") == number(now, "pid");
        const auto value = same ? per_second("cpu_ms") : std::nullopt;
        return value ? fmt::format("{:.1f}", *value / 10) : "-";
    }
};

std::string path_of(const ng::Dict& worker) {
    const auto all = number(worker, "streams").value_or(0), kernel = number(worker, "kernel_streams").value_or(0);
    if (!all) return "-";
    return kernel == 0 ? "userspace" : kernel == all ? "kernel" : "mixed";
}

Table instances(const Sample& now) {
    Table table({{"INSTANCE"}, {"CALLS", Align::right}, {"PORTS", Align::right}, {"DRAINING"}, {"KERNEL"}});
    for (const auto& member : list(now.supervisor, "instances")) {
        const auto& instance = dict(member);
        const auto& running = named(list(now.control, "instances"), ng::text_of(instance, "name"));
        table.add({text(instance, "name"), count(running, "calls"), count(running, "streams"), yes_no(instance, "draining"),
                   text(part(instance, "kernel"), "state")});
    }
    return table;
}

Table processes(const Sample& before, const Sample& now) {
    Table table({{"PROCESS"},
                 {"STATE"},
                 {"PID", Align::right},
                 {"CPU %", Align::right},
                 {"PACKETS/S", Align::right},
                 {"IN KERNEL/S", Align::right},
                 {"ERRORS/S", Align::right},
                 {"PATH"},
                 {"RESTARTS", Align::right},
                 {"LOST", Align::right}});
    const auto seconds = now.at_s - before.at_s;
    for (const auto& member : list(now.supervisor, "children")) {
        const auto& child = dict(member);
        const auto name = ng::text_of(child, "name");
        const Pair process{named(list(before.supervisor, "children"), name), child, seconds};
        const Pair traffic{named(list(before.control, "workers"), name), named(list(now.control, "workers"), name), seconds};
        table.add({text(child, "name"), text(child, "state"), text(child, "pid"), process.cpu(), traffic.rate("packets"),
                   traffic.rate("kernel_packets"), traffic.rate("errors"), path_of(traffic.now), count(child, "restarts"),
                   count(traffic.now, "overruns")});
    }
    return table;
}

} // namespace

std::string top_view(const Sample& before, const Sample& now, const Style& style) {
    auto out = style.bold("rtpengine " + text(now.supervisor, "version")) +
               fmt::format(", process {}, up {}\n\n", text(now.supervisor, "pid"), duration(now.supervisor, "uptime"));
    return out + instances(now).str(style) + "\n" + processes(before, now).str(style);
}

} // namespace rtpengine::ctl
