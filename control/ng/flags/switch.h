// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::ng {

enum class Switch { unset, on, off };

} // namespace rtpengine::ng
