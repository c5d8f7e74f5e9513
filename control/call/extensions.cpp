// SPDX-License-Identifier: Apache-2.0
#include "control/call/extensions.h"

#include <algorithm>

#include "control/call/model.h"
#include "control/sdp/text.h"

namespace rtpengine::call {

namespace {

using Names = std::vector<std::string>;

std::string_view uri_of(const sdp::Extension& extension) {
    return std::string_view(extension.name).substr(0, extension.name.find(' '));
}

std::size_t number_of(const sdp::Extension& extension) { return static_cast<std::size_t>(sdp::extension_number(extension.id)); }

bool is_all(const std::string& name) { return name == "all"; }
bool has_all(const Names& names) { return std::ranges::any_of(names, is_all); }

bool lists(const Names& names, const sdp::Extension& extension) {
    return std::ranges::any_of(names, [&](const std::string& name) {
        return is_all(name) || sdp::equal_ignoring_case(name, extension.name) || sdp::equal_ignoring_case(name, uri_of(extension));
    });
}

bool contains(const std::vector<sdp::Extension>& all, const sdp::Extension& extension) {
    return std::ranges::any_of(all, [&](const auto& each) { return number_of(each) == number_of(extension); });
}

void hide(const sdp::Extension& extension, Extensions& from) { from.stripped.set(number_of(extension)); }

void offer(const ng::Flags& flags, const sdp::Section& section, Extensions& sender, Extensions& receiver) {
    sender.accepted.clear();
    sender.offered.reset();
    sender.mixed = section.extmap_allow_mixed;
    for (const auto& extension : section.extensions) {
        sender.offered.set(number_of(extension));
        const bool stripped = lists(flags.extmap_strip, extension), masked = lists(flags.extmap_mask, extension);
        const bool is_mid = flags.bundle_accept && sdp::equal_ignoring_case(uri_of(extension), mid_extension);
        if (!stripped && (masked || is_mid)) sender.accepted.push_back(extension);
        if (stripped || masked) hide(extension, receiver);
        else receiver.shown.push_back(extension);
    }
    receiver.strips_all = has_all(flags.extmap_strip) || has_all(flags.extmap_mask);
}

// Nothing that it hasn't offered.
void answer(const ng::Flags& flags, const sdp::Section& section, Extensions& receiver) {
    receiver.shown = receiver.accepted;
    for (const auto& extension : section.extensions) {
        if (lists(flags.extmap_strip, extension)) hide(extension, receiver);
        else if (receiver.offered[number_of(extension)] && !contains(receiver.shown, extension)) receiver.shown.push_back(extension);
    }
    receiver.strips_all = has_all(flags.extmap_strip);
}

} // namespace

unsigned find_extension(const std::vector<sdp::Extension>& all, std::string_view uri) {
    const auto found = std::ranges::find_if(all, [&](const auto& each) { return sdp::equal_ignoring_case(uri_of(each), uri); });
    return found == all.end() ? 0 : static_cast<unsigned>(number_of(*found));
}

void exchange_extensions(const Terms& terms, const sdp::Section& section, MediaFacts& sender, MediaFacts& receiver) {
    auto &from = sender.extensions, &to = receiver.extensions;
    from.mid = find_extension(section.extensions, mid_extension);
    to.shown.clear();
    to.stripped.reset();
    if (terms.offer) offer(terms.flags, section, from, to);
    else answer(terms.flags, section, to);
}

} // namespace rtpengine::call
