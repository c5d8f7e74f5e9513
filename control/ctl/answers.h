// SPDX-License-Identifier: Apache-2.0
// What rtpengine-ctl asks the control process.
#pragma once

#include "control/call/instance.h"
#include "link.pb.h"

namespace rtpengine::ctl {

// "status", "list calls" and "list calls PLACE" (a page of them), "call ID". Unknown words and calls give CtlReply.error.
link::CtlReply answer(const link::CtlRequest& request, const call::Instances& instances, const worker::Workers& workers);

} // namespace rtpengine::ctl
