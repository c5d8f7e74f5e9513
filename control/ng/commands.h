// SPDX-License-Identifier: Apache-2.0
// What is done for each command. One set of handlers for one instance.
#pragma once

#include <array>
#include <functional>
#include <string_view>

#include "control/ng/command_table.h"
#include "control/ng/flags.h"
#include "control/ng/request.h"
#include "control/ng/responder.h"
#include "control/stats/control_statistics.h"
#include "control/stats/input.h"

namespace rtpengine::ng {

// Answers through the responder, now or later. Must not block.
using Handler = std::function<void(const RequestContext&, Dict body, Responder)>;
using CallExists = std::function<bool(std::string_view call_id)>;

// The first requirement of the command that the request doesn't meet; "": all are met. Empty strings count as
// missing.
std::string_view unmet(const CommandRow& command, const Flags& flags, const CallExists& call_exists);

class Commands {
  public:
    struct Environment {
        CallExists call_exists;
        FlagDefaults defaults;
        std::function<stats::Input()> numbers; // what `statistics` says, but for the control part
        const stats::ControlStatistics& control_statistics;
    };

    // Knows every command of the table: ping and statistics work; the others check what they need and are
    // refused as unsupported until somebody registers a handler. The environment's references outlive this
    // object.
    explicit Commands(Environment environment);

    // `name` is a row of the command table.
    void set(std::string_view name, Handler handler);
    const Handler& handler(const CommandRow& command) const { return handlers_[index_of(command)]; }

  private:
    std::array<Handler, command_count> handlers_;
};

} // namespace rtpengine::ng
