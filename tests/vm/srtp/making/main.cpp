/* SPDX-License-Identifier: Apache-2.0 */
// Writes the steps of the test: packets made and opened by libsrtp2, which the kernel has to make and open
// alike.
#include "alone.h"
#include "chance.h"
#include "conversation.h"

#include <cstdio>
#include <stdexcept>

using namespace making;

static void conversations(Steps& steps) {
    for (const Cipher& cipher : ciphers)
        for (int auth = 0; auth < (cipher.gcm ? 1 : 3); auth++)
            for (unsigned flags :
                 {0u, unsigned(RTPENGINE_SRTP_UNENCRYPTED), unsigned(RTPENGINE_SRTCP_UNENCRYPTED),
                  unsigned(RTPENGINE_SRTP_UNAUTHENTICATED)}) {
                if (cipher.gcm && flags & (RTPENGINE_SRTP_UNENCRYPTED | RTPENGINE_SRTP_UNAUTHENTICATED))
                    continue;
                Conversation(steps,
                             {&cipher, static_cast<rtpengine_auth>(auth), flags, flags ? 0 : upto(1) * 4})
                    .run(flags ? 130 : 600);
            }
}

int main(int argc, char** argv) try {
    if (argc != 2) throw std::runtime_error("usage: make_steps FILE");
    if (srtp_init()) throw std::runtime_error("srtp_init");
    Steps steps(argv[1]);
    conversations(steps);
    bad_parameters(steps);
    bad_packets(steps);
    last_indices(steps);
    many_ssrcs(steps, true);
    many_ssrcs(steps, false);
    snapshot(steps);
    matching(steps);
    printf("%u steps\n", steps.count);
} catch (const std::exception& fault) {
    fprintf(stderr, "make_steps: %s\n", fault.what());
    return 1;
}
