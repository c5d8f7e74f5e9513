// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <fmt/format.h>

#include "common/options/load.h"

namespace rtpengine::options {

namespace {

std::string left_column(const Option& option) {
    const auto dash = option.short_name ? fmt::format("-{}, ", option.short_name) : std::string("    ");
    const auto value = option.kind.argument.empty() ? "" : fmt::format("={}", option.kind.argument);
    return fmt::format("  {}--{}{}", dash, option.name, value);
}

std::string right_column(const Option& option) {
    std::string text(option.help);
    if (!option.kind.fallback.empty()) text += fmt::format(" Default: {}.", option.kind.fallback);
    if (option.kind.repeatable) text += " May be given several times.";
    if (option.command_line_only) text += " Command line only.";
    if (option.support == Support::moot) text += " (No effect here.)";
    return text;
}

// Their names, in lines of at most 100 characters.
std::string missing_options() {
    std::string text, line = " ";
    for (const auto& group : groups())
        for (const auto& option : group.options) {
            if (option.support != Support::missing) continue;
            if (line.size() + option.name.size() > 96) text += std::exchange(line, " ") + "\n";
            line += fmt::format(" --{}", option.name);
        }
    return text + line + "\n";
}

} // namespace

std::string help() {
    std::string text =
        "Usage: rtpengine --interface=ADDRESS --listen-ng=[HOST:]PORT [OPTION...]\n"
        "A media proxy for SIP. The configuration file takes the same options without dashes.\n";
    for (const auto& group : groups()) {
        text += fmt::format("\n{}:\n", group.title);
        for (const auto& option : group.options)
            text += fmt::format("{:<44} {}\n", left_column(option), right_column(option));
    }
    return text + "\nNot built yet; they are accepted, and each that is given is named in a warning:\n" + missing_options();
}

} // namespace rtpengine::options
