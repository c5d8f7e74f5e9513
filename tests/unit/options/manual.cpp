// SPDX-License-Identifier: Apache-2.0
// The manual page and the table of options say the same.
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "common/options/load.h"

using namespace rtpengine::options;

namespace {

std::string manual_page() {
    std::ifstream file(MANUAL_PAGE);
    return {std::istreambuf_iterator<char>(file), {}};
}

// What stands behind `prefix` until a blank, in the part of `text` that begins with `from`.
std::set<std::string> names_in(const std::string& text, const std::string& from, const std::string& to,
                               const std::string& prefix) {
    std::set<std::string> names;
    const auto begin = text.find(from), end = text.find(to, begin + from.size());
    REQUIRE(begin != std::string::npos);
    for (auto at = text.find(prefix, begin); at < end; at = text.find(prefix, at + 1))
        names.insert(text.substr(at + prefix.size(), text.find_first_of(" \n", at + prefix.size()) - at - prefix.size()));
    return names;
}

bool has_line(const std::string& text, const std::string& start) {
    return text.find("\n" + start) != std::string::npos;
}

} // namespace

TEST_CASE("every row is in the manual page, with its short name") {
    const auto page = manual_page();
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

TEST_CASE("what is not built yet is in one section of the manual page, and of the help") {
    std::set<std::string> missing;
    for (const auto& group : groups())
        for (const auto& option : group.options)
            if (option.support == Support::missing) missing.insert(std::string(option.name));
    CHECK(names_in(manual_page(), ".Sh NOT BUILT YET\n", "\n.Sh ", "\n.Fl -") == missing);
    CHECK(names_in(help() + "\nEnd", "\nNot built yet", "\nEnd", " --") == missing);
    CHECK(manual_page().find("Not built yet.") == std::string::npos);
    CHECK(help().find("(Not built yet") == std::string::npos);
}
