// SPDX-License-Identifier: Apache-2.0
// Values -> messages of kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h.
#pragma once

#include <cstddef>
#include <span>

#include "dataplane/offload/rule.h"

namespace rtpengine::offload {

// The longest that encode_set() writes and that any answer needs.
extern const std::size_t message_capacity;

// `to` has message_capacity bytes, aligned to 8; all of it may serve for the answer. Returns the message's
// length. It may hold keys then.
std::size_t encode_set(const Rule& rule, const Start& start, std::span<unsigned char> to);
std::size_t encode_delete(const Key& key, std::span<unsigned char> to);
std::size_t encode_forget(const Key& key, std::span<unsigned char> to);
std::size_t encode_get(const Key& key, std::span<unsigned char> to);

// The module can do what this side is protected with.
bool can_encode(const Side& side);

// Of all that a rule says; differs for different rules, the same in every process. Never 0.
std::uint64_t fingerprint(const Rule& rule);

} // namespace rtpengine::offload
