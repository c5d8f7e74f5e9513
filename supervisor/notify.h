// SPDX-License-Identifier: Apache-2.0
// The service manager's notification protocol; nothing happens where none listens.
#pragma once

#include <memory>
#include <string>

#include "common/uv/loop.h"

namespace rtpengine::supervisor {

void notify_ready(const std::string& status);
// Until notify_ready() again.
void notify_reloading();
void notify_status(const std::string& status);
void notify_stopping();

// Keeps the service manager's watchdog quiet for as long as the loop turns; null if it has none.
std::unique_ptr<uv::Timer> start_watchdog(uv::Loop& loop);

} // namespace rtpengine::supervisor
