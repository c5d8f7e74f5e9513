// SPDX-License-Identifier: Apache-2.0
// What is configured, as the command line tells it (operations.md of the specification, section 3.8).
#pragma once

#include <string>

namespace rtpengine::edge::cli {

class Job;

void start_parameters(Job& job, const std::string&);
void current_parameters(Job& job, const std::string&);
void changed_parameters(Job& job, const std::string&);
void revert_parameters(Job& job, const std::string&);

// "core = 6" a line; of one subsystem its level alone, of one that isn't known nothing.
std::string log_levels(const std::string& which);
std::string subsystems();

} // namespace rtpengine::edge::cli
