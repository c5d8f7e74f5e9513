// SPDX-License-Identifier: Apache-2.0
#include "edge/metrics/exposition.h"

#include <fmt/format.h>

namespace rtpengine::edge::metrics {

namespace {

std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out;
}

} // namespace

void Exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = fmt::format("rtpengine_{}", name);
    if (!help.empty()) out_ += fmt::format("# HELP {} {}\n", name_, help);
    out_ += fmt::format("# TYPE {} {}\n", name_, type);
}

void Exposition::sample(const Labels& labels, std::string_view value) {
    out_ += name_;
    for (const auto& [label, text] : labels) out_ += fmt::format("{}{}=\"{}\"", &label == &labels.front().first ? '{' : ',', label, escaped(text));
    out_ += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
}

} // namespace rtpengine::edge::metrics
