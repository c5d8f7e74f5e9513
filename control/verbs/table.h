// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "control/verbs/verb.h"

namespace rtpengine::verbs {

// All that are built, but for those that need nothing of an instance (ng::Commands has them).
std::span<const Verb> table();

void offer(const Job& job);
void answer(const Job& job);
void remove(const Job& job);
void query(const Job& job);
void list(const Job& job);
void block_media(const Job& job);
void unblock_media(const Job& job);
void silence_media(const Job& job);
void unsilence_media(const Job& job);
void block_dtmf(const Job& job);
void unblock_dtmf(const Job& job);
void publish(const Job& job);
void subscribe_request(const Job& job);
void subscribe_answer(const Job& job);
void unsubscribe(const Job& job);
void create(const Job& job);
void create_answer(const Job& job);
void connect(const Job& job);
void start_recording(const Job& job);
void stop_recording(const Job& job);
void pause_recording(const Job& job);
void start_forwarding(const Job& job);
void stop_forwarding(const Job& job);

} // namespace rtpengine::verbs
