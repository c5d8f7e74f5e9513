// SPDX-License-Identifier: Apache-2.0
// What rtpengine-ctl asks the control process.
#pragma once

#include <memory>
#include <vector>

#include "control/call/instance.h"
#include "link.pb.h"

namespace rtpengine::ctl {

using Instances = std::vector<std::unique_ptr<call::Instance>>;

// "status", "list calls" and "list calls PLACE" (a page of them), "call ID". Unknown words and calls give CtlReply.error.
link::CtlReply answer(const link::CtlRequest& request, const Instances& instances, const worker::Workers& workers);

} // namespace rtpengine::ctl
