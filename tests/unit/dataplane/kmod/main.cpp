// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "../wire/wire.h"

namespace {

constexpr auto rules = "iptables-legacy -I INPUT -p udp -j RTPENGINE --id 0 && "
                       "ip6tables-legacy -I INPUT -p udp -j RTPENGINE --id 0";

std::string enter() {
    if (const auto why = rtpengine::test::enter_network(); !why.empty()) return why;
    return std::system(rules) == 0 ? "" : "there can be no rule with the target RTPENGINE";
}

} // namespace

// Whoever starts this has loaded the module: that it isn't there is a fault.
int main(int argc, char** argv) {
    if (const auto why = enter(); !why.empty()) {
        std::fprintf(stderr, "not tested: %s\n", why.c_str());
        return 1;
    }
    return doctest::Context(argc, argv).run();
}
