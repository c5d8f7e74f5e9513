// SPDX-License-Identifier: Apache-2.0
#include "ctl/output.h"

#include <cerrno>
#include <cstring>

namespace rtpengine::ctl {

ExitCode finish(ExitCode code) {
    errno = 0;
    const bool written = std::fflush(stdout) == 0 && !std::ferror(stdout);
    if (written) return code;
    complain(std::string("cannot write the answer: ") + (errno ? std::strerror(errno) : "some of it is lost"));
    return code == ExitCode::ok ? ExitCode::partly : code;
}

} // namespace rtpengine::ctl
