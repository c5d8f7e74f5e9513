// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "link.pb.h"

namespace rtpengine::supervisor {

// Binds the control sockets, UDP and TCP, that have no descriptor yet and notes their descriptors in the listeners; requests wait in them while control
// restarts. IPv6 is left out, with a warning, where the host has none and the port was given without an
// address.
Result<std::vector<Fd>> bind_listeners(link::InstanceConfig& instance);

// Every media address must be on this host now. The error names the first that isn't.
Status check_media_addresses(const link::InstanceConfig& instance);

} // namespace rtpengine::supervisor
