// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/fd.h"
#include "common/uv/loop.h"
#include "supervisor/addresses.h"
#include "supervisor/prepare.h"

namespace rtpengine::supervisor {

// What others do to the host that we rely on: media addresses go and come back, devices too, and what several groups need is
// taken away by somebody who tells nobody.
class Surroundings {
  public:
    // `prepared` outlives it.
    Surroundings(uv::Loop& loop, Prepared& prepared);
    void follow(); // from now on
    void follow_devices(Group& group);
    void renew(); // what may have been taken away
    void look_at_addresses();
    std::vector<std::string> away() const { return addresses_.away(); } // media addresses

  private:
    uv::Loop& loop_;
    Prepared& prepared_;
    Addresses addresses_;
    Fd events_;
    std::unique_ptr<uv::Poll> on_events_;
    uv::Timer renew_;
};

} // namespace rtpengine::supervisor
