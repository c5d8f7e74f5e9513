// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rtpengine::call {

// For a call or a party whose request has none: 64 hexadecimal digits that nobody can guess.
std::string made_up_name();

} // namespace rtpengine::call
