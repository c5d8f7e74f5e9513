// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::supervisor::bpf {

// The root of the cgroup2 hierarchy, as far as we see it: what is attached there is asked for every process below. It need not be
// mounted anywhere.
Result<Fd> root_cgroup();

// What programs know the network namespace that we are in by (Linux 5.14).
Result<std::uint64_t> namespace_cookie();

} // namespace rtpengine::supervisor::bpf
