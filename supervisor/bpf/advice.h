// SPDX-License-Identifier: Apache-2.0
// Why BPF can't be had here, and what to do about it.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rtpengine::supervisor::bpf {

// The capabilities that we lack for loading and attaching network programs, "CAP_BPF, CAP_NET_ADMIN"; empty: none.
std::string missing_capabilities();

// `what` was tried ("load the steering program"), `code` is its errno; `since`: the first kernel that can do it. Pure.
Error explain(std::string_view what, int code, std::string_view missing, std::string_view since);

// libbpf prints to stderr unless it is told not to; our errors say what matters.
void silence_libbpf();

} // namespace rtpengine::supervisor::bpf
