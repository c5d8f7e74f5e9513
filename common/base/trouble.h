// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "common/base/log.h"
#include "common/base/result.h"

namespace rtpengine {

// What is tried again and again: why it fails is said once, and again when the reason is another one or it had worked meanwhile.
class Trouble {
  public:
    void look(const Status& status) {
        const auto now = status ? std::string() : status.error().message;
        if (now != std::exchange(said_, now) && !now.empty()) log::err("{}", now);
    }

  private:
    std::string said_;
};

} // namespace rtpengine
