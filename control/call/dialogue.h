// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "control/call/model.h"
#include "control/ng/flags/dialogue.h"

namespace rtpengine::call {

struct Dialogue {
    Party* sender = nullptr;
    Party* receiver = nullptr;
};

// The two parties of an offer or answer (specification section 4.3), created where they are missing, and
// associated. `touch` is told of those that were there, before they are changed. `alias`: what the sender may be recognised by, if its tag
// is new, and is from now on (alias.h). Error: "Invalid dialogue association".
Result<Dialogue> find_dialogue(Call& call, const ng::DialogueFlags& flags, bool answer, BootTime now, const Touch& touch = [](Party&) {},
                               const std::string& alias = {});

} // namespace rtpengine::call
