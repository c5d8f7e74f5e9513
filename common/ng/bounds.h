// SPDX-License-Identifier: Apache-2.0
// What a document from outside may take of us, in either encoding.
#pragma once

#include <cstddef>

namespace rtpengine::ng {

constexpr unsigned max_depth = 32;                // containers inside containers, the root counts
constexpr std::size_t max_document = 1024 * 1024; // bytes; a datagram has at most 65,535

} // namespace rtpengine::ng
