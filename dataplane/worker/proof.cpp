// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/proof.h"

namespace rtpengine::dataplane {

bool proved(const Stream& stream, const Endpoint& source) {
    if (stream.rule.ice) return stream.ice && stream.ice->proved(source);
    return source == stream.learned.remote && (stream.learned.confirmed || source == stream.rule.signalled);
}

} // namespace rtpengine::dataplane
