// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/verbs/verb.h"

namespace rtpengine::verbs {

// Finds what the verb needs, waits for it, and runs it; or answers why not.
void serve(call::Instance& instance, const Verb& verb, ng::Request request, ng::Responder responder);

// Has all verbs of the table served for an instance. Both outlive what is under way.
void serve_all(ng::Commands& commands, call::Instance& instance);

} // namespace rtpengine::verbs
