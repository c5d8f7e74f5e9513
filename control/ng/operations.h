// SPDX-License-Identifier: Apache-2.0
// The "Ops" letters of specification section 3: what a key or a flag means something for.
#pragma once

#include <cstdint>

namespace rtpengine::ng {

using Operations = std::uint32_t; // a set of Operation

enum Operation : Operations {
    op_offer = 1,
    op_answer = 2,
    op_publish = 4,
    op_subscribe_request = 8,
    op_subscribe_answer = 16,
    op_create = 32,
    op_create_answer = 64,
    op_connect = 128,
    op_mesh = 256,
    op_play_media = 512,
    op_select = 1024, // the commands with party selection
    op_delete = 2048,
    op_recording = 4096,
    op_unsubscribe = 8192,
    op_inject = 16384,
    op_transform = 32768,
    op_none = 0, // reads no flags
    op_any = 65535,
};

} // namespace rtpengine::ng
