// SPDX-License-Identifier: Apache-2.0
#include "edge/cli/parameters.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "common/base/endpoint.h"
#include "common/base/log.h"
#include "edge/cli/job.h"
#include "edge/snapshot/values.h"

namespace rtpengine::edge::cli {

namespace {

using snapshot::number;
constexpr std::int64_t us = 1'000'000; // of a second

// What `set` may change: control's name, that of `params`, that of `params diff`; what one is shown as.
struct Changeable {
    std::string_view key, name, short_name;
    std::int64_t unit;
    std::int64_t (*start)(const link::InstanceConfig&);
    bool reverts;
};
constexpr std::array<Changeable, 6> changeable = {{
    {"max_sessions", "max_sessions", "max-sessions", 1, [](const link::InstanceConfig& c) -> std::int64_t { return c.max_sessions(); }, true},
    {"timeout", "timeout_us", "timeout", us, [](const link::InstanceConfig& c) -> std::int64_t { return c.timeout(); }, true},
    {"silent_timeout", "silent_timeout_us", "silent-timeout", us,
     [](const link::InstanceConfig& c) -> std::int64_t { return c.silent_timeout(); }, true},
    {"final_timeout", "final_timeout_us", "final-timeout", us, [](const link::InstanceConfig& c) -> std::int64_t { return c.final_timeout(); },
     true},
    {"offer_timeout", "offer_timeout_us", "offer-timeout", us, [](const link::InstanceConfig& c) -> std::int64_t { return c.offer_timeout(); },
     false},
    {"delete_delay", "delete_delay_us", "delete-delay", us, [](const link::InstanceConfig& c) -> std::int64_t { return c.delete_delay(); }, false},
}};

int level_of(log::Subsystem subsystem) {
    for (int level = static_cast<int>(log::Level::debug); level >= 0; --level)
        if (log::enabled(static_cast<log::Level>(level), subsystem)) return level;
    return -1;
}

// `value(each)`: of what may change.
template <class Value> std::string parameters(const link::InstanceConfig& config, Value value) {
    std::string out;
    for (std::size_t i = 0; i < log::subsystem_count; ++i)
        out += fmt::format("log-level-{} = {}\n", log::subsystem_names[i], level_of(static_cast<log::Subsystem>(i)));
    out += fmt::format("kernel_table = {}\n{} = {}\ndefault_tos = {}\ncontrol_tos = 0\n", config.table(), changeable[0].name, value(changeable[0]),
                       config.tos());
    out += fmt::format("reject_invalid_sdp = {}\ndtls_mtu = {}\nendpoint_learning = {}\n", config.reject_invalid_sdp() ? 1 : 0, config.dtls_mtu(),
                       static_cast<int>(config.learning()));
    for (std::size_t i = 1; i < changeable.size(); ++i) out += fmt::format("{} = {}\n", changeable[i].name, value(changeable[i]) * changeable[i].unit);
    int index = 0;
    for (const auto& interface : config.interfaces())
        for (const auto& local : interface.addresses())
            out += fmt::format("interface[{}] = {}\\{}\n", index++, interface.name(), Address::from_bytes(local.address()).str());
    return out + fmt::format("software_id = {}\n", config.software_id());
}

void revert(Job& job, std::size_t next) {
    while (next < changeable.size() && !changeable[next].reverts) ++next;
    if (next >= changeable.size()) return job.finish({});
    const auto& each = changeable[next];
    job.ask({"set", std::string(each.key), std::to_string(each.start(job.config()))}, [&job, next](const ng::Dict&) { revert(job, next + 1); });
}

} // namespace

void start_parameters(Job& job, const std::string&) {
    job.finish(parameters(job.config(), [&job](const Changeable& each) { return each.start(job.config()); }));
}

void current_parameters(Job& job, const std::string&) {
    job.ask({"settings"}, [&job](const ng::Dict& now) {
        job.finish(parameters(job.config(), [&now](const Changeable& each) { return number(now, each.key); }));
    });
}

void changed_parameters(Job& job, const std::string&) {
    job.ask({"settings"}, [&job](const ng::Dict& now) {
        std::string out;
        for (const auto& each : changeable) {
            const auto before = each.start(job.config()), after = number(now, each.key);
            if (each.reverts && before != after) out += fmt::format("{}: {} => {}\n", each.short_name, before * each.unit, after * each.unit);
        }
        job.finish(out);
    });
}

void revert_parameters(Job& job, const std::string&) { revert(job, 0); }

std::string log_levels(const std::string& which) {
    std::string out;
    for (std::size_t i = 0; i < log::subsystem_count; ++i) {
        const auto level = level_of(static_cast<log::Subsystem>(i));
        if (which.empty()) out += fmt::format("{} = {}\n", log::subsystem_names[i], level);
        if (which == log::subsystem_names[i]) return fmt::format("{}\n", level);
    }
    return out;
}

std::string subsystems() {
    std::string out;
    for (const auto& name : log::subsystem_names) out += fmt::format("{} - what concerns {}\n", name, name);
    return out;
}

} // namespace rtpengine::edge::cli
