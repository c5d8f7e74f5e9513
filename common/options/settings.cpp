// SPDX-License-Identifier: Apache-2.0
#include "common/options/settings.h"

#include <algorithm>
#include <cctype>

#include "common/options/instance.h"

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

MediaSockets media_sockets(const std::string& word) {
    if (word == "steered") return MediaSockets::steered;
    return word == "bound" ? MediaSockets::bound : MediaSockets::automatic;
}

Offload offload(const std::string& word) {
    if (word == "kmod") return Offload::kmod;
    if (word == "bpf") return Offload::bpf;
    return word == "none" ? Offload::none : Offload::automatic;
}

void warn_of_unsupported(const Values& values, std::vector<std::string>& warnings) {
    for (const auto* option : values.all_given()) {
        const std::string name(option->name);
        if (option->support == Support::missing)
            warnings.push_back("option " + name + " is not built yet: ignored");
        if (option->support == Support::moot)
            warnings.push_back("option " + name + " has no effect here: ignored");
    }
}

Result<InstanceSettings> instance_settings(const Values& values, const KeyFile* file, const Host& host,
                                           const std::string& version) {
    InstanceSettings settings;
    settings.no_fallback = values.flag("no-fallback");
    settings.max_recv_iters = static_cast<std::uint32_t>(values.integer("max-recv-iters"));
    settings.workers_per_interface = static_cast<std::uint32_t>(values.integer("workers-per-interface"));
    settings.media_sockets = media_sockets(values.text("media-sockets"));
    settings.offload = offload(values.text("offload"));
    auto netfilter = make_netfilter(values);
    if (!netfilter) return netfilter.error();
    settings.netfilter = *std::move(netfilter);
    auto config = make_instance(values, file, host, version);
    if (!config) return config.error();
    settings.config = *std::move(config);
    return settings;
}

} // namespace

Result<Settings> make_settings(const Values& values, const KeyFile* file, const Host& host,
                               const std::string& version) {
    Settings settings;
    settings.warnings = values.warnings();
    warn_of_unsupported(values, settings.warnings);
    settings.log = log_config(values);
    settings.foreground = values.flag("foreground");
    settings.pidfile = values.text("pidfile");
    settings.runtime_dir = values.text("runtime-dir");
    auto user = child_user(values, host, settings.warnings);
    if (!user) return user.error();
    settings.user = *std::move(user);
    auto instance = instance_settings(values, file, host, version);
    if (!instance) return instance.error();
    settings.instances.push_back(*std::move(instance));
    return settings;
}

} // namespace rtpengine::options
