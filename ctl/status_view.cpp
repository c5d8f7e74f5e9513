// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/ng/coerce.h"
#include "ctl/format.h"
#include "ctl/views.h"

namespace rtpengine::ctl {

namespace {

std::string heading(const ng::Dict& supervisor, const Style& style) {
    return style.bold("rtpengine " + text(supervisor, "version")) +
           fmt::format(", process {}, up {}, {}\n", text(supervisor, "pid"), duration(supervisor, "uptime"),
                       text(supervisor, "runtime_dir"));
}

Table instances(const ng::Dict& supervisor, const ng::Dict& control) {
    Table table({{"INSTANCE"},
                 {"TABLE", Align::right},
                 {"KERNEL"},
                 {"NG"},
                 {"CALLS", Align::right},
                 {"PORTS", Align::right}});
    for (const auto& member : list(supervisor, "instances")) {
        const auto& instance = dict(member);
        const auto& running = named(list(control, "instances"), ng::text_of(instance, "name"));
        table.add({text(instance, "name"), text(instance, "table"), text(part(instance, "kernel"), "state"),
                   joined(instance, "listen_ng"), count(running, "calls"), count(running, "streams")});
    }
    return table;
}

// Sentences, too long for a table: e.g. why there is no kernel forwarding.
std::string kernel_details(const ng::Dict& supervisor, const Style& style) {
    std::string out;
    for (const auto& member : list(supervisor, "instances")) {
        if (const auto why = ng::text_of(dict(member), "unguarded_ports"); !why.empty())
            out += style.bad("media ports of " + text(dict(member), "name") + " can be bound by others: " + std::string(why)) + "\n";
        const auto& kernel = part(dict(member), "kernel");
        if (ng::text_of(kernel, "detail").empty()) continue;
        const bool bpf = ng::text_of(kernel, "state") == "bpf";
        const auto line = bpf ? "kernel: " + text(kernel, "detail")
                              : fmt::format("kernel table {}: {}", text(kernel, "table"), text(kernel, "detail"));
        out += (ng::text_of(kernel, "state") == "failed" ? style.bad(line) : line) + "\n";
    }
    return out.empty() ? out : "\n" + out;
}

std::string advertised(const ng::Dict& address) {
    const auto shown = text(address, "advertised");
    return shown == text(address, "address") ? "-" : shown;
}

Table interfaces(const ng::Dict& supervisor) {
    Table table({{"INTERFACE"}, {"INSTANCE"}, {"ADDRESS"}, {"ADVERTISED"}, {"PORT RANGE"}, {"WORKER"}});
    for (const auto& instance : list(supervisor, "instances"))
        for (const auto& interface : list(dict(instance), "interfaces"))
            for (const auto& address : list(dict(interface), "addresses"))
                table.add({text(dict(interface), "name"), text(dict(instance), "name"),
                           text(dict(address), "address"), advertised(dict(address)),
                           text(dict(address), "port_min") + "-" + text(dict(address), "port_max"),
                           text(dict(interface), "worker")});
    return table;
}

Table processes(const ng::Dict& supervisor) {
    Table table({{"PROCESS"},
                 {"KIND"},
                 {"PID", Align::right},
                 {"STATE"},
                 {"RESTARTS", Align::right},
                 {"UP", Align::right},
                 {"DETAIL"}});
    for (const auto& member : list(supervisor, "children")) {
        const auto& child = dict(member);
        table.add({text(child, "name"), text(child, "kind"), text(child, "pid"), text(child, "state"),
                   count(child, "restarts"), duration(child, "uptime"), text(child, "detail")});
    }
    return table;
}

Table workers(const ng::Dict& control) {
    Table table({{"WORKER"},
                 {"LINK"},
                 {"PORTS", Align::right},
                 {"IN KERNEL", Align::right},
                 {"PACKETS IN", Align::right},
                 {"IN KERNEL", Align::right},
                 {"BYTES IN", Align::right},
                 {"ERRORS", Align::right},
                 {"LOST", Align::right}});
    for (const auto& member : list(control, "workers")) {
        const auto& worker = dict(member);
        table.add({text(worker, "name"), yes_no(worker, "connected"), count(worker, "streams"),
                   count(worker, "kernel_streams"), count(worker, "packets"), count(worker, "kernel_packets"),
                   amount(worker, "bytes"), count(worker, "errors"), count(worker, "overruns")});
    }
    return table;
}

// Hardly ever any, so it has no column.
std::string unsent(const ng::Dict& control) {
    std::string lines;
    for (const auto& worker : list(control, "workers"))
        if (number(dict(worker), "unsent").value_or(0) > 0)
            lines += fmt::format("{}: {} packets could not be sent\n", text(dict(worker), "name"), count(dict(worker), "unsent"));
    return lines.empty() ? lines : "\n" + lines;
}

} // namespace

std::string status_view(const ng::Dict& supervisor, const ng::Dict& control, const Style& style) {
    std::string out = heading(supervisor, style);
    for (const auto& table :
         {instances(supervisor, control), interfaces(supervisor), processes(supervisor), workers(control)})
        if (!table.empty()) out += "\n" + table.str(style);
    return out + unsent(control) + kernel_details(supervisor, style);
}

} // namespace rtpengine::ctl
