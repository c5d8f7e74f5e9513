// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/model.h"
#include "control/call/totals.h"
#include "store.pb.h"

namespace rtpengine::store {

// All of a call that its next control process needs. Pure.
void write(const call::Call& call, const std::string& instance, Call& record);

Totals write_totals(const call::Totals& totals);

} // namespace rtpengine::store
