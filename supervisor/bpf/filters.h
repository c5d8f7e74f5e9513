// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::supervisor::bpf {

// Whether a device's clsact qdisc has any tc filter, at ingress or egress. True if that can't be found out.
bool has_filters(int device);

} // namespace rtpengine::supervisor::bpf
