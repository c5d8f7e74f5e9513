// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include "control/verbs/verb.h"

namespace rtpengine::verbs {

// Names that the request left out, and that nobody can guess: 64 hexadecimal digits each.
void fill_in(Job& job, std::initializer_list<std::string ng::DialogueFlags::*> names);

} // namespace rtpengine::verbs
