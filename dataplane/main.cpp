// SPDX-License-Identifier: Apache-2.0
#include "dataplane/process.h"

int main(int argc, char** argv) {
    return rtpengine::dataplane::run(argc, argv);
}
