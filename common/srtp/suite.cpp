// SPDX-License-Identifier: Apache-2.0
#include "common/srtp/suite.h"

#include <algorithm>

namespace rtpengine::srtp {

namespace {

// Of ASCII, whatever the locale.
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

} // namespace

const Suite* find_suite(std::string_view name) {
    const auto found = std::ranges::find_if(
        suites, [&](const Suite& suite) { return std::ranges::equal(suite.name, name, {}, {}, upper); });
    return found == suites.end() ? nullptr : found;
}

} // namespace rtpengine::srtp
