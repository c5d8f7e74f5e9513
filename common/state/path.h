// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rtpengine::state {

// Where the packets of a stream are forwarded: in the kernel, or in userspace and why. Lies in shared memory.
enum class Path : std::uint8_t {
    no_table,
    kernel,
    no_packets,
    learning,
    settling,
    no_destination,
    held,
    nat_wait,
    family,
    dropped,
    loop_check,
    restless,
    refused,
    bypassed,
    table_lost,
    passed_up,
    destinations,
    srtp,
    edited,
};

constexpr std::array<std::string_view, 19> path_texts = {
    "no kernel table",
    "", // it is in the kernel
    "no packets yet",
    "learning",
    "settling",
    "destination not known",
    "on hold",
    "NAT-wait",
    "address families differ",
    "traffic is dropped",
    "loop check",
    "its rule changes too often",
    "kernel refused the rule",
    "packets arrive in userspace",
    "kernel table lost",
    "kernel leaves its packets to us",
    "too many destinations",
    "SRTP",
    "its packets are changed or told apart",
};
static_assert(path_texts.size() == static_cast<std::size_t>(Path::edited) + 1);

// Why it is not in the kernel; "" when it is, and for numbers that are none.
constexpr std::string_view reason(std::uint64_t path) { return path < path_texts.size() ? path_texts[path] : ""; }

} // namespace rtpengine::state
