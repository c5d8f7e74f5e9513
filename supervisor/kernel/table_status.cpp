// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/table_status.h"

#include "common/options/convert.h"

namespace rtpengine::supervisor::kernel {

TableStatus parse_table_status(std::string_view text) {
    TableStatus status;
    for (const auto line : options::split(text, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto number = options::parse_integer(options::trim(line.substr(colon + 1)), 10);
        if (!number || *number < 0) continue;
        if (line.substr(0, colon) == "Control PID") status.control_pid = *number;
        if (line.substr(0, colon) == "Rules") status.rules = *number;
    }
    return status;
}

} // namespace rtpengine::supervisor::kernel
