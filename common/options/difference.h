// SPDX-License-Identifier: Apache-2.0
// What another configuration changes, and whether that can be done while calls go on. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/options/settings.h"

namespace rtpengine::options {

struct InstanceChange {
    enum class Kind { added, removed, changed, unchanged };
    std::string name;
    Kind kind = Kind::unchanged;
    bool live = true;      // false: it needs a new start, and nothing of it is applied
    bool anew = false;     // it is closed and opened again, since it has no calls
    bool workers = false;  // its workers must be told, too: a successor for each
    bool edge = false;     // likewise its edge process
    std::vector<std::string> what; // "timeout 60 -> 30", "interface pub added"
};

struct ProcessChange {
    std::string what;
    bool live = false;
};

struct Difference {
    std::vector<InstanceChange> instances; // those of `after` in their order, then those that are gone
    std::vector<ProcessChange> process;    // options that concern all instances
};

Difference difference(const Settings& before, const Settings& after);

} // namespace rtpengine::options
