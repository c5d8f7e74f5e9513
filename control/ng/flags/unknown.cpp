// SPDX-License-Identifier: Apache-2.0
#include "control/ng/flags/unknown.h"

#include "common/base/escape.h"
#include "common/base/log.h"
#include "control/ng/flags/table.h"
#include "control/ng/keyless.h"

namespace rtpengine::ng {

namespace {

constexpr std::size_t longest_compared = 64; // of what is compared: whoever sends much takes little of our memory

} // namespace

std::optional<std::string> Unknown::line(std::string_view what, std::string_view text, Nearest nearest) {
    if (said_.size() > most) return std::nullopt;
    if (!said_.insert(std::string(what).append("\n").append(spelling(text.substr(0, longest_compared)))).second) return std::nullopt;
    if (said_.size() > most) return std::to_string(most) + " unknown keys, flags and values were ignored; no more of them are told";
    auto line = "ignoring unknown " + std::string(what) + " '" + log::marked(excerpt(without_keys(text))) + "' (this is said once)";
    const auto meant = nearest ? nearest(spelling(text)) : std::string_view{};
    if (!meant.empty()) line.append("; did you mean '").append(meant).append("'?");
    return line;
}

void Unknown::say(std::string_view what, std::string_view text, Nearest nearest) {
    if (const auto said = line(what, text, nearest)) log::record(log::Level::warning, log::Subsystem::control, {}, "{}", *said);
}

} // namespace rtpengine::ng
