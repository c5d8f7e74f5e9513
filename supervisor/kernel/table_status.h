// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rtpengine::supervisor::kernel {

// /proc/rtpengine/N/status, as far as we need it.
struct TableStatus {
    std::int64_t control_pid = 0;      // 0: nobody controls the table, or it isn't said
    std::optional<std::int64_t> rules; // netfilter rules that lead to it
};

// Lines "NAME: NUMBER"; others are passed over.
TableStatus parse_table_status(std::string_view text);

} // namespace rtpengine::supervisor::kernel
