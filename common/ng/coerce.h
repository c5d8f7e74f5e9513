// SPDX-License-Identifier: Apache-2.0
// What a key accepts in place of the type it expects: specification section 1.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ng/value.h"

namespace rtpengine::ng {

// "" unless it is a string.
std::string_view text_of(const Value& value);
// The first member of that name, "" when absent or no string.
std::string_view text_of(const Dict& dict, std::string_view key);

// An integer, or a string that holds one in the given syntax.
std::optional<std::int64_t> number_of(const Value& value, NumberText syntax);

// The strings of a list (other members are passed over), or a string split at commas.
std::vector<std::string> list_of(const Value& value);

// "--" becomes "=", then ".." a space: for values of lists that can pass through rtpp_flags (section 3.1).
std::string unescape(std::string_view text);

} // namespace rtpengine::ng
