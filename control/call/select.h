// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "control/call/model.h"
#include "control/ng/flags/dialogue.h"

namespace rtpengine::call {

// Whose media a request is about.
struct Selection {
    Party* party = nullptr; // nullptr: the entire call
    Party* sink = nullptr;  // of its media what this one receives; nullptr: all of it
};

// By label, address or, with `by_tag`, from-tag (specification section 2.8). An error: nobody is meant.
Result<Selection> select(const Call& call, const ng::DialogueFlags& flags, bool by_tag);

} // namespace rtpengine::call
