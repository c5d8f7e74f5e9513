// SPDX-License-Identifier: Apache-2.0
// Another program in this process: its children stay ours, and so does every descriptor that the handover names.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/uv/loop.h"
#include "handover.pb.h"

namespace rtpengine::supervisor {

// How this program was started, and will be again.
struct CommandLine {
    std::string executable;         // a newer one may have been put there meanwhile
    std::string name;               // argv[0]
    std::vector<std::string> words; // without what the last execution has put in front
    std::string origin;             // the directory that relative names are relative to
};

// The first word on the command line of a program that shall take over, and of one that shall only say if it could.
constexpr std::string_view handover_option = "--handover=", check_option = "--check-handover=";

// What the option's descriptor is, if `words` begin with it.
std::optional<int> handover_fd(const std::vector<std::string>& words, std::string_view option);

// The new program is asked, in a process of its own, if it understands the handover. Who asks gives up when it takes too long.
class Rehearsal {
  public:
    using Done = std::function<void(const Status&)>; // with the program's own words on error
    static Result<std::unique_ptr<Rehearsal>> start(uv::Loop& loop, const std::string& executable,
                                                    const handover::Handover& handover, Done done);
    ~Rehearsal(); // not in `done`

  private:
    Rehearsal(uv::Loop& loop, pid_t pid, Fd process, Fd output, Done done);
    void ended();

    pid_t pid_;
    Fd process_, output_;
    Done done_;
    uv::Poll gone_;
};

// Returns only if it failed; nothing has changed then. Signals wait until admit_signals() of the next execution; `hang_up`: so
// does a SIGHUP that we have from before.
Error execute(const CommandLine& command, const handover::Handover& handover, bool hang_up = false);
void admit_signals();
// They are not for programs that we start.
void close_on_exec(const std::vector<int>& descriptors, bool on);

} // namespace rtpengine::supervisor
