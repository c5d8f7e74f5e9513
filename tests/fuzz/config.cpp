// SPDX-License-Identifier: Apache-2.0
// The configuration file: dialect, conversion of every option, interfaces, templates. No name is looked up.
#include "common/options/settings.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

struct SilentHost : Host {
    std::vector<Address> lookup(const std::string&) const override { return {}; }
    std::vector<SystemAddress> interfaces() const override { return {}; }
    bool user_exists(const std::string&) const override { return false; }
    bool is_root() const override { return false; }
};

void must(bool condition) {
    if (!condition) __builtin_trap();
}

// What goes to the children must arrive there.
void check_messages(const Settings& settings) {
    link::InstanceConfig instance;
    must(instance.ParseFromString(settings.instances[0].config.SerializeAsString()));
    link::LogConfig log;
    must(log.ParseFromString(settings.log.SerializeAsString()));
    for (const auto& interface : instance.interfaces())
        for (const auto& local : interface.addresses())
            must(local.port_min() >= 1 && local.port_min() <= local.port_max() && local.port_max() <= 65535);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = parse_key_file({reinterpret_cast<const char*>(data), size});
    if (!file) return 0;
    for (const auto& section : file->sections) {
        Values values;
        if (!values.add_section(section)) continue;
        const auto settings = make_settings(values, &*file, SilentHost{}, "0");
        if (settings) check_messages(*settings);
    }
    return 0;
}
