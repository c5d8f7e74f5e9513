// SPDX-License-Identifier: Apache-2.0
#include "dataplane/process.h"

#include <cstdio>
#include <cstdlib>
#include <new>

int main(int argc, char** argv) {
    // No memory is nobody's fault: an abort would look like one of the stream that we are at.
    std::set_new_handler([] {
        std::fputs("out of memory\n", stderr);
        std::_Exit(EXIT_FAILURE);
    });
    return rtpengine::dataplane::run(argc, argv);
}
