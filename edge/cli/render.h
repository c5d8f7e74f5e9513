// SPDX-License-Identifier: Apache-2.0
// What the command line says: text of snapshots, in the layout that operators' scripts read (operations.md of the specification, section
// 3). Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/ng/value.h"

namespace rtpengine::edge::cli {

// Of `list sessions all`: one line of a call.
std::string session_line(const ng::Dict& call);
// Of `list sessions ID`; `report`: what control says of the call.
std::string session_detail(const std::string& id, const ng::Dict& report);

// Of the statistics.
std::string totals(const ng::Dict& statistics);
std::string counters(const ng::Dict& statistics);
std::string interfaces(const ng::Dict& statistics);

} // namespace rtpengine::edge::cli
