// SPDX-License-Identifier: Apache-2.0
#include "common/options/settings.h"

#include <algorithm>
#include <array>

#include "common/base/endpoint.h"
#include "common/options/conflicts.h"
#include "common/options/instance.h"
#include "common/options/instance_values.h"

namespace rtpengine::options {

namespace {

// The user of the children, when there is a choice.
Result<std::string> child_user(const Values& values, const Host& host, std::vector<std::string>& warnings) {
    const auto wanted = values.text("user");
    if (!host.is_root()) {
        if (!wanted.empty())
            warnings.push_back("option user is ignored: only root can change to another user");
        return std::string{};
    }
    if (wanted.empty()) return std::string(host.user_exists("rtpengine") ? "rtpengine" : "nobody");
    if (!host.user_exists(wanted)) return Error{"there is no user '" + wanted + "' (option user)"};
    return wanted;
}

// In the enumerators' order.
constexpr std::array<std::string_view, 3> socket_words = {"auto", "steered", "bound"};
constexpr std::array<std::string_view, 4> offload_words = {"auto", "kmod", "bpf", "none"};

// The option's row has let no other word through.
template <class Enum, std::size_t count>
Enum parse_word(const std::array<std::string_view, count>& words, const std::string& word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return static_cast<Enum>(found == words.end() ? 0 : found - words.begin());
}

// However many instances have it.
void add_once(const std::string& warning, std::vector<std::string>& warnings) {
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
}

void warn_of_unsupported(const Values& values, std::vector<std::string>& warnings) {
    for (const auto* option : values.all_given()) {
        const std::string name(option->name);
        if (option->support == Support::missing) add_once("option " + name + " is not built yet: ignored", warnings);
        if (option->support == Support::moot) add_once("option " + name + " has no effect here: ignored", warnings);
    }
}

// Whoever can send to it may redirect and end calls: NG knows no authentication.
void warn_of_open_listeners(const link::InstanceConfig& instance, std::vector<std::string>& warnings) {
    for (const auto& listener : instance.listeners()) {
        if (!Address::from_bytes(listener.local().address()).is_unspecified()) continue;
        const auto port = std::to_string(listener.local().port());
        const std::string what = listener.transport() == link::CLI ? "the command line" : "NG", option = option_of(listener.transport());
        const bool asks = listener.transport() != link::UDP_NG && listener.transport() != link::CLI && !instance.edge().tokens().empty();
        if (asks || (listener.transport() == link::HTTPS && !instance.edge().client_ca().empty())) continue;
        add_once(option + ": port " + port + " is open on every address of this host, and " + what + " has no authentication: give it the "
                 "address that the SIP proxy sends to (say, " + option + "=127.0.0.1:" + port + "), or keep others away by a firewall",
                 warnings);
    }
}

Result<InstanceSettings> instance_settings(const Values& values, const KeyFile* file, const Host& host,
                                           const std::string& version) {
    InstanceSettings settings;
    settings.no_fallback = values.flag("no-fallback");
    settings.max_recv_iters = static_cast<std::uint32_t>(values.integer("max-recv-iters"));
    settings.workers_per_interface = static_cast<std::uint32_t>(values.integer("workers-per-interface"));
    settings.media_sockets = parse_word<MediaSockets>(socket_words, values.text("media-sockets"));
    settings.offload = parse_word<Offload>(offload_words, values.text("offload"));
    auto netfilter = make_netfilter(values);
    if (!netfilter) return netfilter.error();
    settings.netfilter = *std::move(netfilter);
    auto config = make_instance(values, file, host, version);
    if (!config) return config.error();
    settings.config = *std::move(config);
    return settings;
}

} // namespace

std::string_view word(MediaSockets sockets) {
    return socket_words.at(static_cast<std::size_t>(sockets));
}

std::string_view word(Offload offload) {
    return offload_words.at(static_cast<std::size_t>(offload));
}

Result<Settings> make_settings(const Values& values, const KeyFile* file, const Host& host,
                               const std::string& version) {
    Settings settings;
    settings.warnings = values.warnings();
    settings.log = log_config(values);
    settings.foreground = values.flag("foreground");
    settings.pidfile = values.text("pidfile");
    settings.runtime_dir = values.text("runtime-dir");
    auto user = child_user(values, host, settings.warnings);
    if (!user) return user.error();
    settings.user = *std::move(user);
    auto sources = instance_values(values, file);
    if (!sources) return sources.error();
    for (const auto& source : *sources) {
        for (const auto& warning : source.values.warnings())
            add_once(warning, settings.warnings);
        warn_of_unsupported(source.values, settings.warnings);
    }
    for (const auto& source : *sources) {
        auto instance = instance_settings(source.values, file, host, version);
        if (!instance) return source.explain(instance.error());
        instance->config.set_name(source.name);
        warn_of_open_listeners(instance->config, settings.warnings);
        settings.instances.push_back(*std::move(instance));
    }
    if (auto apart = check_apart(settings.instances); !apart) return apart.error();
    return settings;
}

} // namespace rtpengine::options
