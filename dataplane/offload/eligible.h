// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <variant>

#include "common/state/path.h"
#include "dataplane/flow/rule.h"
#include "dataplane/offload/rule.h"

namespace rtpengine::offload {

// One way out, as things are now.
struct Exit {
    std::uint64_t stream = 0;
    Endpoint from;
    flow::Component takes = flow::Component::any;
    std::uint8_t tos = 0;
    Endpoint to;                               // where to, if `missing` is kernel
    state::Path missing = state::Path::kernel; // else why nothing can be sent there
    bool silent = false;                       // nothing leaves by it now
    Side send = {};
};

// Everything that decides whether a stream may go to the kernel.
struct Situation {
    Key key;
    const flow::Rule& rule;
    const flow::Learned& learned;
    bool loop_check = false;
    bool srtp = false; // it, or what leaves, is protected by us
    bool edited = false; // packets leave otherwise than they came, or are of several media
    std::span<const Exit> exits;
    Exit echo; // back out of its own port
    bool secures = false; // `srtp`, and the kernel can do that, as far as its keys go
    Side receive = {};
};

// Pure. The kernel's rule, if it would treat every packet as flow::decide() does or leave it to userspace;
// otherwise why it may not have the stream (never Path::kernel).
std::variant<Rule, state::Path> eligible(const Situation& situation);

} // namespace rtpengine::offload
