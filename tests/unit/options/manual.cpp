// SPDX-License-Identifier: Apache-2.0
// The manual page and the table of options say the same.
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "common/options/option.h"

using namespace rtpengine::options;

namespace {

bool has_line(const std::string& text, const std::string& start) {
    return text.find("\n" + start) != std::string::npos;
}

} // namespace

TEST_CASE("every row is in the manual page, with its short name") {
    std::ifstream file(MANUAL_PAGE);
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const auto check = [&](const Option& option) {
        CAPTURE(option.name);
        const auto dash =
            option.short_name ? ".It Fl " + std::string(1, option.short_name) + " , " : std::string(".It ");
        const auto entry = dash + "Fl -" + std::string(option.name);
        const bool found =
            has_line(page, entry + "\n") || has_line(page, entry + " ") || has_line(page, entry + "=");
        CHECK(found);
    };
    for (const auto& group : groups())
        for (const auto& option : group.options)
            check(option);
}
