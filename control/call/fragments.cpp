// SPDX-License-Identifier: Apache-2.0
#include "control/call/fragments.h"

namespace rtpengine::call {

void Fragments::keep(const std::string& call, const std::string& tag, Session fragment, std::size_t length, BootTime now) {
    if (length > longest || tag.empty()) return;
    if (entries_.size() >= most) entries_.pop_front();
    entries_.push_back({now + patience, call, tag, std::move(fragment)});
}

std::vector<Fragments::Session> Fragments::find(const std::string& call, const std::string& tag, BootTime now) {
    while (!entries_.empty() && entries_.front().until < now) entries_.pop_front();
    std::vector<Session> found;
    for (const auto& entry : entries_)
        if (entry.call == call && entry.tag == tag) found.push_back(entry.fragment);
    return found;
}

} // namespace rtpengine::call
