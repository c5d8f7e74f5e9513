// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rtpengine::edge::cli {

class Job;

// Does what the line says (operations.md of the specification, sections 2 and 3). The job is finished by it, now or later.
void run(Job& job, std::string_view line);

} // namespace rtpengine::edge::cli
