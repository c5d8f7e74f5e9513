// SPDX-License-Identifier: Apache-2.0
#include "edge/admission.h"

#include <doctest/doctest.h>

using rtpengine::edge::Admission;

TEST_CASE("tokens are known as a whole") {
    const Admission admission({"first", "second-token"});
    CHECK(!admission.is_open());
    CHECK(admission.knows("first"));
    CHECK(admission.knows("second-token"));
    for (const char* wrong : {"", "firs", "first1", "First", "second", "tfirs"}) CHECK(!admission.knows(wrong));
    CHECK(Admission({}).is_open());
    CHECK(!Admission({}).knows(""));
}
