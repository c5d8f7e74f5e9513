// SPDX-License-Identifier: Apache-2.0
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

using Of = Verb::Of;

constexpr Verb rows[] = {
    {"offer", {.of = Of::new_call, .sdp = true, .turn = true}, offer},
    {"answer", {.of = Of::call, .sdp = true, .turn = true}, answer},
    {"delete", {.of = Of::any_call, .turn = true, .figures = true}, remove},
    {"query", {.of = Of::call, .figures = true}, query},
    {"list", {}, list},
    {"block media", {.of = Of::call, .turn = true, .party = true}, block_media},
    {"unblock media", {.of = Of::call, .turn = true, .party = true}, unblock_media},
    {"silence media", {.of = Of::call, .turn = true, .party = true, .by_tag = true}, silence_media},
    {"unsilence media", {.of = Of::call, .turn = true, .party = true, .by_tag = true}, unsilence_media},
    {"block DTMF", {.of = Of::call, .turn = true, .party = true}, block_dtmf},
    {"unblock DTMF", {.of = Of::call, .turn = true, .party = true}, unblock_dtmf},
    {"publish", {.of = Of::new_call, .sdp = true, .turn = true, .names = true}, publish},
    {"subscribe request", {.of = Of::call, .turn = true}, subscribe_request},
    {"subscribe answer", {.of = Of::call, .sdp = true, .turn = true}, subscribe_answer},
    {"unsubscribe", {.of = Of::call, .turn = true}, unsubscribe},
    {"create", {.of = Of::new_call, .turn = true, .names = true}, create},
    {"create answer", {.of = Of::call, .sdp = true, .turn = true}, create_answer},
    {"connect", {.of = Of::call, .turn = true}, connect},
    {"start recording", {.of = Of::call, .turn = true}, start_recording},
    {"stop recording", {.of = Of::call, .turn = true}, stop_recording},
    {"pause recording", {.of = Of::call, .turn = true}, pause_recording},
    {"start forwarding", {.of = Of::call, .turn = true, .party = true}, start_forwarding},
    {"stop forwarding", {.of = Of::call, .turn = true, .party = true}, stop_forwarding},
};

} // namespace

std::span<const Verb> table() { return rows; }

} // namespace rtpengine::verbs
