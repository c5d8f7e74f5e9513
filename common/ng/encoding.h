// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::ng {

enum class Encoding { bencode, json };

} // namespace rtpengine::ng
