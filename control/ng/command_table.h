// SPDX-License-Identifier: Apache-2.0
// All commands of the protocol, in the order in which the statistics list them.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "control/ng/operations.h"

namespace rtpengine::ng {

// What a command checks before it does anything, and what it says otherwise (section 2.24, in this order).
enum class Needs { sdp, call_id, from_tag, to_tag, source_tag, body, known_call, known_calls };
struct Requirement {
    Needs needs;
    std::string_view otherwise;
};

struct CommandRow {
    std::string_view name;
    std::string_view statistics_name;
    Operations operations; // op_none: the flags aren't read
    std::span<const Requirement> requirements;
};

constexpr std::size_t command_count = 33;
extern const std::array<CommandRow, command_count> command_table;

// Names are exact; "CLI" is "cli" too. nullptr: no such command.
const CommandRow* find_command(std::string_view name);
// What the command says when the call isn't there; "": it doesn't need one.
std::string_view without_call(const CommandRow& row);
std::size_t index_of(const CommandRow& row);

} // namespace rtpengine::ng
