// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <doctest/doctest.h>

#include "world.h"

// Where BPF can't be had there is nothing to test; where all is tested, that is a fault.
int main(int argc, char** argv) {
    if (const auto why = rtpengine::test::enter(); !why.empty()) {
        std::fprintf(stderr, "not tested: %s\n", why.c_str());
        const auto* ci = std::getenv("CI");
        return ci && std::strcmp(ci, "true") == 0 ? 1 : 77;
    }
    return doctest::Context(argc, argv).run();
}
