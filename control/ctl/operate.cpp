// SPDX-License-Identifier: Apache-2.0
#include "control/ctl/operate.h"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "common/base/log.h"
#include "control/call/report.h"

namespace rtpengine::ctl {

namespace {

using call::Instance;
using ng::Writer;
using Words = std::vector<std::string>;

constexpr std::size_t ended_at_a_time = 50; // calls

// What an operator may change while calls go on, until control or the configuration is renewed.
struct Setting {
    std::string_view name;
    std::int64_t (*get)(const link::InstanceConfig&);
    void (*set)(link::InstanceConfig&, std::int64_t);
    std::int64_t least;
};

#define SETTING(field, type, least)                                                                                                         \
    Setting {                                                                                                                               \
        #field, [](const link::InstanceConfig& config) { return static_cast<std::int64_t>(config.field()); },                               \
            [](link::InstanceConfig& config, std::int64_t value) { config.set_##field(static_cast<type>(value)); }, least                   \
    }
constexpr std::array<Setting, 6> settings = {SETTING(max_sessions, std::int32_t, -1),   SETTING(timeout, std::uint32_t, 0),
                                             SETTING(silent_timeout, std::uint32_t, 0), SETTING(offer_timeout, std::uint32_t, 0),
                                             SETTING(final_timeout, std::uint32_t, 0),  SETTING(delete_delay, std::uint32_t, 0)};
#undef SETTING

template <class Fill> link::CtlReply reply(Fill fill) {
    Writer keys(ng::Encoding::json);
    fill(keys);
    link::CtlReply reply;
    reply.set_json(std::move(keys).finish());
    return reply;
}

link::CtlReply failed(std::string why) {
    link::CtlReply reply;
    reply.set_error(std::move(why));
    return reply;
}

link::CtlReply settings_of(const Instance& instance) {
    return reply([&](Writer& keys) {
        for (const auto& each : settings) keys.add(each.name, each.get(instance.config()));
    });
}

link::CtlReply set(Instance& instance, const std::string& name, const std::string& text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    for (const auto& each : settings) {
        if (each.name != name) continue;
        if (code != std::errc{} || end != text.data() + text.size() || value < each.least || value >= INT32_MAX)
            return failed(text + " is no value of " + name);
        instance.change_config([&](link::InstanceConfig& config) { each.set(config, value); });
        log::notice("an operator has set {} to {}", name, value);
        return settings_of(instance);
    }
    return failed("there is no setting " + name);
}

link::CtlReply terminate(Instance& instance, const std::string& id) {
    return instance.terminate(id) ? reply([](Writer&) {}) : failed("no such call: " + id);
}

link::CtlReply terminate_some(Instance& instance) {
    const bool more = instance.terminate_some(ended_at_a_time);
    return reply([&](Writer& keys) { keys.add("more", more); });
}

link::CtlReply report(const Instance& instance, const std::string& id) {
    const auto found = instance.calls().find(id);
    if (!found) return failed("no such call: " + id);
    return reply([&](Writer& keys) {
        keys.add("created_from", found->created_from.str());
        keys.add("now", shown_s(BootClock::now()));
        keys.add("tos", found->tos);
        keys.add("deleting", found->delete_at.has_value());
        call::write_report(*found, "", instance.reader(), "none", keys);
    });
}

} // namespace

std::optional<link::CtlReply> operate(const link::CtlRequest& request, Instance& instance, const std::function<void(Writer&)>& statistics) {
    const Words words(request.words().begin(), request.words().end());
    if (words == Words{"statistics"}) return reply(statistics);
    if (words == Words{"settings"}) return settings_of(instance);
    if (words == Words{"terminate-all"}) return terminate_some(instance);
    if (words.size() == 3 && words[0] == "set") return set(instance, words[1], words[2]);
    if (words.size() == 2 && words[0] == "terminate") return terminate(instance, words[1]);
    if (words.size() == 2 && words[0] == "report") return report(instance, words[1]);
    return std::nullopt;
}

} // namespace rtpengine::ctl
