// SPDX-License-Identifier: Apache-2.0
#include "supervisor/run.h"

int main(int argc, char** argv) {
    return rtpengine::supervisor::run(argc, argv);
}
