// SPDX-License-Identifier: Apache-2.0
// The manual page and the text of `help` name the same commands and options.
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "ctl/commands.h"

using namespace rtpengine;

namespace {

using Names = std::set<std::string>;

// "  --seconds=N   text": "--seconds". "  restart worker NAME   text": "restart worker".
Names names_of_help() {
    std::istringstream text(ctl::help_text());
    Names names;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("  ")) continue;
        auto name = line.substr(2, line.find("  ", 2) - 2);
        name = name.substr(0, name.find('='));
        while (!name.empty() && (name.back() == ' ' || (name.back() >= 'A' && name.back() <= 'Z')))
            name.pop_back();
        names.insert(name);
    }
    return names;
}

// ".It Fl -seconds Ns = ...": "--seconds". ".It Cm restart worker Ar NAME": "restart worker".
Names names_of_manual() {
    std::ifstream file(MANUAL_PAGE);
    Names names;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(".It Cm ")) names.insert(line.substr(7, line.find(" Ar ") - 7));
        if (const auto at = line.find("Fl -"); line.starts_with(".It Fl ") && at != std::string::npos)
            names.insert("-" + line.substr(at + 3, line.find(' ', at + 3) - at - 3));
    }
    return names;
}

} // namespace

TEST_CASE("every command and option of the help is in the manual page, and the other way round") {
    auto help = names_of_help();
    help.insert({"--help", "--version"}); // as every program has them
    REQUIRE(help.size() > 10);
    CHECK(help == names_of_manual());
}
