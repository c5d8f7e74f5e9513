// SPDX-License-Identifier: Apache-2.0
// From a message to its reply, whatever transport carries them: cache, decode, look up, execute, encode,
// count.
#pragma once

#include <memory>
#include <string_view>

#include "control/ng/cache.h"
#include "control/ng/commands.h"
#include "control/stats/control_statistics.h"

namespace rtpengine::ng {

// One for each instance; all its listeners share it.
class Dispatcher {
  public:
    // All outlive this object and are used by replies that come while it lives. `instance`: its name, which is logged
    // where there are several; null: it isn't.
    Dispatcher(const Commands& commands, stats::ControlStatistics& statistics, const std::string* instance = nullptr);
    ~Dispatcher();

    // `message` is only read during the call; `send` gets the reply, during it or later, or never (no
    // cookie).
    void receive(std::string_view message, const Endpoint& peer, ReplyCache::Send send);

  private:
    struct Shared; // replies may come after this object is gone
    void execute(RequestContext context, std::string_view body, ReplyCache::Pending pending);

    const Commands& commands_;
    std::shared_ptr<Shared> shared_;
    ReplyCache cache_;
};

} // namespace rtpengine::ng
