// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rtpengine::bench {

// A dictionary of strings as bencode, enough for requests.
std::string bencode(const std::map<std::string, std::string>& dictionary);

// The value of a string member of a bencoded dictionary; nullopt if absent or the text is malformed.
std::optional<std::string> string_member(std::string_view bencoded, std::string_view key);

} // namespace rtpengine::bench
