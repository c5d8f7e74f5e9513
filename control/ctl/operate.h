// SPDX-License-Identifier: Apache-2.0
// What the edge process asks of one instance for its operators, beside what answers.h knows.
#pragma once

#include <functional>
#include <optional>

#include "common/ng/writer.h"
#include "control/call/instance.h"
#include "link.pb.h"

namespace rtpengine::ctl {

// "statistics" (with what `statistics` writes), "settings", "set NAME VALUE", "terminate ID", "terminate-all" (some of them: again
// until `more` is 0), "report ID". Nothing: it is none of these.
std::optional<link::CtlReply> operate(const link::CtlRequest& request, call::Instance& instance,
                                      const std::function<void(ng::Writer&)>& statistics);

} // namespace rtpengine::ctl
