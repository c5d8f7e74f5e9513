// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/options/values.h"

namespace rtpengine::options {

// What was given for one instance.
struct InstanceValues {
    std::string name;
    std::string section; // of the file; empty: there are no sections of instances
    Values values;

    Error explain(const Error& error) const {
        return section.empty() ? error : Error{"[" + section + "]: " + error.message, error.code};
    }
};

// One for each section of the file that describes an instance (--instances-config), in its order: the command line, then
// this section, then the main one. Without such sections the main one is the instance. `values` is the command line and the
// main section. Errors: a bad name, a bad value, or an option that has no place there.
Result<std::vector<InstanceValues>> instance_values(const Values& values, const KeyFile* file);

} // namespace rtpengine::options
