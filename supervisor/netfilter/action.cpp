// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/action.h"

#include <cstdio>

#include "common/child/config.h"
#include "supervisor/netfilter/rules.h"

namespace rtpengine::supervisor::netfilter {

namespace {

constexpr int missing_exit = 1;

int print(const std::string& line, int exit_status) {
    return std::puts(line.c_str()) < 0 || std::fflush(stdout) ? child::fatal_exit : exit_status;
}

int report(const Status& done) {
    return done ? print("Success", 0) : child::fatal(done.error());
}

int report(const Result<std::string>& missing) {
    if (!missing) return child::fatal(missing.error());
    if (!missing->empty()) return print("Netfilter rules check NOT successful: " + *missing, missing_exit);
    return print("Netfilter rules check successful", 0);
}

} // namespace

int perform(const options::NetfilterAction& action) {
    const auto target = rtpengine_target(static_cast<std::uint32_t>(action.rules.table));
    switch (action.verb) {
    case options::NetfilterVerb::start: return report(start(action.rules, target));
    case options::NetfilterVerb::stop: return report(stop(action.rules));
    case options::NetfilterVerb::status: break;
    }
    return report(check(action.rules, target));
}

} // namespace rtpengine::supervisor::netfilter
