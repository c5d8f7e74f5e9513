// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/base/result.h"
#include "control/call/model.h"
#include "control/ng/flags/dialogue.h"

namespace rtpengine::call {

// Whom a request wants to be heard (specification section 2.17): all that have offered or answered, one, or a list of them. An error:
// nobody is meant.
Result<std::vector<Party*>> select_sources(const Call& call, const ng::DialogueFlags& flags);

// Their media that send something now, or may.
std::vector<Media*> sending_medias(const std::vector<Party*>& parties);

} // namespace rtpengine::call
