// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <span>

#include "ctl/commands.h"
#include "ctl/output.h"

using namespace rtpengine::ctl;

int main(int argc, char** argv) {
    const auto options = parse_options(
        std::span<const char* const>(argv + 1, argc > 0 ? static_cast<std::size_t>(argc) - 1 : 0));
    if (options) return static_cast<int>(finish(run(*options)));
    std::fprintf(stderr, "rtpengine-ctl: %s; see rtpengine-ctl help\n", options.error().message.c_str());
    return static_cast<int>(ExitCode::usage);
}
