// SPDX-License-Identifier: Apache-2.0
// What a reload has changed, and what it has left alone: for the log, and for who asked.
#pragma once

#include <string>

#include "common/options/difference.h"

namespace rtpengine::supervisor {

std::string change_json(const options::Difference& difference);
void log_changes(const options::Difference& difference);

} // namespace rtpengine::supervisor
