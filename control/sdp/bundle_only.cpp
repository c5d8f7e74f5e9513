// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/bundle_only.h"

#include <algorithm>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

Section* find_mid(Session& session, std::string_view mid) {
    const auto found = std::ranges::find_if(session.sections, [&](const Section& section) { return section.mid == mid; });
    return found == session.sections.end() ? nullptr : &*found;
}

void place(Session& session, std::string_view group) {
    if (take_token(group) != "BUNDLE") return;
    const auto* head = find_mid(session, take_token(group));
    if (!head || !head->port) return;
    for (auto& section : session.sections) {
        if (!section.bundle_only || section.port || !section.mid || !section.usable) continue;
        for (auto rest = group; !rest.empty() && !section.port;)
            if (take_token(rest) == *section.mid) section.port = head->port, section.connection = head->connection;
    }
}

} // namespace

void place_bundle_only(Session& session) {
    for (const auto& group : session.groups) place(session, group);
}

} // namespace rtpengine::sdp
