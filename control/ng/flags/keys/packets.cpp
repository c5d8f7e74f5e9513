// SPDX-License-Identifier: Apache-2.0
// Keys that say where packets come from, go to, and what stays out.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

constexpr KeyRow packets_rows[] = {
    {"drop-traffic", oa, word<apply_drop_traffic>},
    {"endpoint-learning", oap, each<apply_learning>},
    {"generate-rtcp", oa, word<apply_generate_rtcp>},
    {"media-echo", oa | op_subscribe_request, word<apply_media_echo>},
};
static_assert(sorted_by_name(std::span<const KeyRow>(packets_rows)));

} // namespace

std::span<const KeyRow> packets() { return packets_rows; }

} // namespace rtpengine::ng::keys
