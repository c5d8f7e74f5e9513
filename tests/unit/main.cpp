// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include <doctest/doctest.h>

// RTPENGINE_TESTS_WITHOUT: suites that aren't run. "kernel": what an emulator of processes can't stand in for, or has no memory for.
int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    if (const char* without = std::getenv("RTPENGINE_TESTS_WITHOUT")) context.addFilter("test-suite-exclude", without);
    return context.run();
}
