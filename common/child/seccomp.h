// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

namespace rtpengine::child {

// From here on the process, with its threads to come, starts no program and no process, traces none, mounts and loads
// nothing, changes no namespace or clock and makes no ring: such calls fail with EPERM, whatever it may be made to do. Needs
// no_new_privs. Errors: this kernel or container has no filters; nothing has changed then.
Status refuse_system_calls();

} // namespace rtpengine::child
