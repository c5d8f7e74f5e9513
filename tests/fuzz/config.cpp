// SPDX-License-Identifier: Apache-2.0
// The configuration file: dialect, conversion of every option, interfaces, templates, instances. No name is looked up.
#include <set>

#include "common/options/description.h"
#include "common/options/difference.h"
#include "common/options/settings.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

struct SilentHost : Host {
    std::vector<Address> lookup(const std::string&) const override { return {}; }
    std::vector<SystemAddress> interfaces() const override { return {}; }
    bool user_exists(const std::string&) const override { return false; }
    bool is_root() const override { return false; }
    Result<std::string> contents(const std::string&) const override { return std::string("one\n"); }
};

void must(bool condition) {
    if (!condition) __builtin_trap();
}

// What goes to the children must arrive there.
void check_message(const InstanceSettings& settings) {
    link::InstanceConfig instance;
    must(instance.ParseFromString(settings.config.SerializeAsString()));
    for (const auto& interface : instance.interfaces())
        for (const auto& local : interface.addresses())
            must(local.port_min() >= 1 && local.port_min() <= local.port_max() && local.port_max() <= 65535);
}

void check_messages(const Settings& settings) {
    link::LogConfig log;
    must(log.ParseFromString(settings.log.SerializeAsString()));
    must(!settings.instances.empty());
    std::set<std::string> names;
    for (const auto& instance : settings.instances) {
        check_message(instance);
        must(names.insert(instance.config.name()).second);
    }
}

// Nothing differs from itself.
void check_difference(const Settings& settings) {
    const auto result = difference(settings, settings);
    must(result.process.empty() && result.instances.size() == settings.instances.size());
    for (const auto& instance : result.instances)
        must(instance.kind == InstanceChange::Kind::unchanged && instance.live);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = parse_key_file({reinterpret_cast<const char*>(data), size});
    if (!file) return 0;
    for (const auto& section : file->sections) {
        Values values;
        if (!values.add_section(section)) continue;
        const auto settings = make_settings(values, &*file, SilentHost{}, "0");
        if (!settings) continue;
        check_messages(*settings);
        check_difference(*settings);
        must(!describe(*settings).empty());
    }
    return 0;
}
