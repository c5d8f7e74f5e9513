// SPDX-License-Identifier: Apache-2.0
// What the kernel says, bytes -> values. Nothing outside the bytes is read, whatever they are.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "common/base/result.h"
#include "dataplane/offload/state.h"

namespace rtpengine::offload {

using Bytes = std::span<const unsigned char>;
using Visit = std::function<void(const State&)>;

// The state at the front of `bytes`, which then begin behind it; nullopt: it isn't one, or not all of one.
std::optional<State> take_state(Bytes& bytes);

// As many whole states as there are. Returns the bytes that they took: what is left is the beginning of
// another. An error: what follows can't be one, however it goes on.
Result<std::size_t> each_state(Bytes bytes, const Visit& visit);

// The message area after a call: the final state in an answer to SET or DELETE, or in one to GET. nullopt:
// the answer has none, or the kernel has not answered (what lies there is still the request).
std::optional<State> answered(Bytes message);

} // namespace rtpengine::offload
