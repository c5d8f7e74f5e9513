// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/result.h"

namespace rtpengine::supervisor::netfilter {

// "cannot PURPOSE: ", what `code` (errno) means, and what to do about it. Pure.
Error explain(const std::string& purpose, int code);

} // namespace rtpengine::supervisor::netfilter
