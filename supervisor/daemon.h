// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::supervisor {

// Going to the background: the first process waits until the daemon is ready and takes its outcome as exit
// code.
class Daemon {
  public:
    // Forks. Returns in the daemon only; the first process exits 0 once ready() was called, 255 when the
    // daemon ends before (it has said why).
    Status detach();
    bool detached() const { return static_cast<bool>(waiting_); }
    // `keep_stderr`: the log goes there.
    void ready(bool keep_stderr);

  private:
    Fd waiting_; // written to by the daemon
};

// Decimal, newline, mode 0644.
Status write_pidfile(const std::string& path);

// As many open files as we may have: as root at least 1,048,576 (bounded by fs.nr_open), else the hard limit.
void raise_open_files_limit();

} // namespace rtpengine::supervisor
