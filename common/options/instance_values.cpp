// SPDX-License-Identifier: Apache-2.0
#include "common/options/instance_values.h"

#include <algorithm>
#include <cctype>

namespace rtpengine::options {

namespace {

// It is part of workers' names, and a word of rtpengine-ctl.
bool is_name(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c < 0x80 && (std::isalnum(c) || c == '.' || c == '_' || c == '-');
    });
}

// A copy whose name was left as it was: taken for one section, an instance would be missing without a word.
Status check_once(const Section& section, const std::string& name) {
    if (!section.repeated) return {};
    return Error{"[" + section.name + "] is there twice: two instances would both have the name " + name +
                 ": give each its own"};
}

Status check_scope(const Section& section, const std::string& main) {
    for (const auto& [key, value] : section.keys)
        if (const auto* option = find(key); option && of_process(*option))
            return Error{"option " + key + " concerns all instances: it belongs to [" + main + "], not to [" +
                         section.name + "]"};
    return {};
}

} // namespace

Result<std::vector<InstanceValues>> instance_values(const Values& values, const KeyFile* file) {
    std::vector<InstanceValues> all;
    const auto main = values.text("config-section"), prefix = values.text("instances-config");
    const auto sections = file && !prefix.empty() ? file->with_prefix(prefix) : std::vector<const Section*>{};
    for (const auto* section : sections) {
        InstanceValues instance{section->name.substr(prefix.size() + 1), section->name, values.from_command_line()};
        if (!is_name(instance.name))
            return Error{"[" + section->name + "]: the name of an instance has letters, digits, '.', '_' and '-' only"};
        if (auto checked = check_once(*section, instance.name); !checked) return checked.error();
        if (auto checked = check_scope(*section, main); !checked) return checked.error();
        for (const auto* source : {section, file->find(main)})
            if (source)
                if (auto added = instance.values.add_section(*source); !added) return added.error();
        all.push_back(std::move(instance));
    }
    if (all.empty()) all.push_back({main, "", values});
    return all;
}

} // namespace rtpengine::options
