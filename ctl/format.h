// SPDX-License-Identifier: Apache-2.0
// Values of a reply as text for a table. What is missing is "-".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/ng/value.h"

namespace rtpengine::ctl {

std::string text(const ng::Dict& dict, std::string_view key);   // strings and numbers
std::string joined(const ng::Dict& dict, std::string_view key); // a list: "a, b"
std::optional<std::int64_t> number(const ng::Dict& dict, std::string_view key); // nullopt: it isn't there, or is none
std::string yes_no(const ng::Dict& dict, std::string_view key);
std::string duration(const ng::Dict& dict,
                     std::string_view key); // seconds: "45s", "2:03", "1:02:03", "3d 04:05:06"
std::string count(const ng::Dict& dict, std::string_view key);  // "1,234,567"
std::string amount(const ng::Dict& dict, std::string_view key); // bytes: "1.2 MB"
std::string time_of_day(const ng::Dict& dict,
                        std::string_view key); // Unix seconds, local: "2030-01-31 12:00:00"

std::string duration(std::int64_t seconds);

// Parts of a reply; empty ones where they are missing.
const ng::Dict& part(const ng::Dict& dict, std::string_view key);
const ng::List& list(const ng::Dict& dict, std::string_view key);
const ng::Dict& dict(const ng::Value& value);
const ng::Dict& named(const ng::List& members, std::string_view name); // the member with that "name"

} // namespace rtpengine::ctl
