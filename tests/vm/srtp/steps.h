/* SPDX-License-Identifier: Apache-2.0 */
// What making/ writes on the host, with libsrtp2, and guest.cpp does in the machine.
#pragma once

#include <cstdint>

enum class Kind : uint32_t {
    note,      // input: text; what the following steps are about
    create,    // input: srtp_test_create; result 0 or an errno
    clone,     // input: srtp_test_create, whose sources are replaced by those of side `room`
    protect,   // input: packet; expected: what becomes of it, or nothing if result is an errno
    unprotect, // likewise
    flip,      // input: packet; unprotect refuses it with any one bit of any byte flipped
    sources,   // expected: srtp_test_sources
    matches,   // input: rtpengine_srtp; result
    overhead,  // result
    wait,      // `room` seconds, which the machine's clock skips
};

struct Step {
    Kind kind;
    uint32_t side;
    uint32_t rtcp;
    uint32_t room;
    int32_t result; // length, or negative errno
    uint32_t input; // bytes that follow
    uint32_t expected;
};

constexpr unsigned max_sides = 8;
