// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/ng/flags/switch.h"

namespace rtpengine::ng {

enum class Learning { unset, off, immediate, delayed, heuristic };
enum class MediaEcho { unchanged, blackhole, forward, backwards, both };
enum class DropTraffic { unchanged, start, stop };

// Where packets come from, go to, and what stays out.
struct PacketFlags {
    Learning learning = Learning::unset;
    MediaEcho media_echo = MediaEcho::unchanged;
    DropTraffic drop_traffic = DropTraffic::unchanged;
    Switch generate_rtcp = Switch::unset;
    bool asymmetric = false, symmetric = false, media_handover = false, strict_source = false, nat_wait = false, pierce_nat = false,
         unidirectional = false, inactive = false, egress = false, mirror_rtcp = false, mix = false, unsubscribe = false;
    bool block_dtmf = false, block_egress = false, block_short = false, detect_dtmf = false, inject_dtmf = false;

    bool operator==(const PacketFlags&) const = default;
};

} // namespace rtpengine::ng
