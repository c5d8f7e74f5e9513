// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/edits.h"

#include <array>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

// An attribute is meant by its name, by name and first token ("fmtp:101"), or by its full text.
std::array<std::string, 3> keys_of(std::string_view line) {
    const std::string_view name = line.substr(0, line.find(':'));
    const std::string_view tagged = line.substr(0, line.find(' ', name.size()));
    return {lower_case(line), lower_case(tagged), lower_case(name)};
}

} // namespace

Edits::Edits(const std::vector<SectionEdits>& all, std::string_view type) {
    const auto bare = [](const std::string& text) { return text.starts_with("a=") ? text.substr(2) : text; };
    for (const SectionEdits& section : all) {
        if (!equal_ignoring_case(section.type, type)) continue;
        const AttributeEdits& edits = section.edits;
        for (const std::string& text : edits.remove)
            removals_.insert(lower_case(text));
        for (const auto& [from, to] : edits.substitute)
            substitutes_.try_emplace(lower_case(from), bare(to));
        for (const std::string& text : edits.add)
            additions_.push_back(bare(text));
    }
}

std::optional<std::string_view> Edits::apply(std::string_view line) const& {
    if (removals_.empty() && substitutes_.empty()) return line;
    const auto keys = keys_of(line);
    for (const std::string& key : keys)
        if (removals_.contains(key)) return std::nullopt;
    for (const std::string& key : keys)
        if (const auto found = substitutes_.find(key); found != substitutes_.end()) return found->second;
    return line;
}

} // namespace rtpengine::sdp
