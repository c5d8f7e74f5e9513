// SPDX-License-Identifier: Apache-2.0
// What is done for each command. One set of functions for one instance.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>

#include "common/base/result.h"
#include "control/ng/command_table.h"
#include "control/ng/flags.h"
#include "control/ng/request.h"
#include "control/ng/responder.h"
#include "control/stats/control_statistics.h"
#include "control/stats/input.h"

namespace rtpengine::ng {

// A request as its function gets it: read once, and with all that its command needs.
struct Request {
    Endpoint peer;
    const CommandRow* command;
    std::shared_ptr<const Flags> flags; // never null; of a command without flags its call-id alone
    Dict body;                          // of a command without flags: as it came
};

// Answers through the responder, now or later. Must not block.
using Function = std::function<void(Request, Responder)>;
using CallExists = std::function<bool(std::string_view call_id)>;

// The first requirement of the command that the request doesn't meet; "": all are met. Empty strings count as
// missing.
std::string_view unmet(const CommandRow& command, const Flags& flags, const CallExists& call_exists);

// The names that the request gives and a call would keep.
Status names_fit(const Flags& flags);

class Commands {
  public:
    struct Environment {
        CallExists call_exists;
        FlagDefaults defaults;
        std::function<stats::Input()> numbers; // what `statistics` says, but for the control part
        const stats::ControlStatistics& control_statistics;
    };

    // Knows every command of the table: ping and statistics work; the others are refused as unsupported until somebody
    // gives them a function. The environment's references outlive this object.
    explicit Commands(Environment environment);
    Commands(const Commands&) = delete;

    // `name` is a row of the command table.
    void set(std::string_view name, Function function);
    // Reads the request's flags, checks what its command needs, and calls the function.
    void execute(const RequestContext& context, Dict body, Responder responder) const;

  private:
    Environment environment_;
    mutable Unknown unknown_; // what the log has been told
    std::array<Function, command_count> functions_;
};

} // namespace rtpengine::ng
