// SPDX-License-Identifier: Apache-2.0
#include "control/call/keeper.h"

#include "control/call/model.h"

namespace rtpengine::call {

void Keeper::all_changed(const std::shared_ptr<Call>& call) {
    for (const auto& party : call->parties) party->changes();
    changed(call);
}

} // namespace rtpengine::call
