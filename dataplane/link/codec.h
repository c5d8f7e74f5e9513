// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/spec.h"
#include "link.pb.h"

namespace rtpengine::dataplane {

// An enum value that we don't know, from a newer control process, becomes the zero value.
StreamSpec to_spec(const link::Stream& stream);
Endpoint to_endpoint(const link::Endpoint& endpoint);
void write(const StreamOutcome& outcome, link::StreamResult& result);
void write(const Event& event, link::Event& said);
IdentitySpec to_identity(const link::Identity& message);

} // namespace rtpengine::dataplane
