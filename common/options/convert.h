// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/options/option.h"

namespace rtpengine::options {

enum class Origin { command_line, file };

// One value in its canonical form: flags "true"/"false", decimal integers, words as the table writes them.
// Corrects or refuses what is out of range; what is only warned about is added to `warnings`. The error says
// what is expected, without naming the option.
Result<std::string> convert(const Option& option, std::string_view value, Origin origin,
                            std::vector<std::string>& warnings);

// Without blanks at both ends (space, tab, carriage return).
std::string_view trim(std::string_view text);

// The elements of "a;b", trimmed, empty ones left out.
std::vector<std::string_view> split(std::string_view text, char separator);

// All of `text` as a number, `base` as in strtol(); no blanks. Errors: not a number, or too big.
Result<std::int64_t> parse_integer(std::string_view text, int base);

// Well-formed UTF-8 without NUL: what the messages between processes can carry.
bool printable_utf8(std::string_view text);

} // namespace rtpengine::options
