// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rtpengine::ng {

// A message as a log may have it: the keys of a=crypto and the passwords of ICE are not in it, whichever way it is encoded.
std::string without_keys(std::string_view message);

} // namespace rtpengine::ng
