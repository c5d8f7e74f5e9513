// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "dataplane/offload/offload.h"
#include "dataplane/worker/records.h"

namespace rtpengine::dataplane {

// Goes over the kernel's table in small pieces, for rules at our addresses that are no stream's. Every rule has a record,
// from before it is made until after it is gone, so there is one only after a fault.
class Audit {
  public:
    // `addresses`: of this worker's interface; other workers may have the same.
    Audit(const Records& records, std::vector<Address> addresses) : records_(records), addresses_(std::move(addresses)) {}

    // The next piece. `is_ours(key)`: we have that rule. What is found comes at the end of each round.
    Result<std::vector<offload::Key>> step(offload::Offload& offload, const std::function<bool(const offload::Key&)>& is_ours);

  private:
    const Records& records_;
    std::vector<Address> addresses_;
    std::vector<offload::Key> suspects_; // of this round
};

} // namespace rtpengine::dataplane
