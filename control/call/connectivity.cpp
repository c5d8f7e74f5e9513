// SPDX-License-Identifier: Apache-2.0
#include "control/call/connectivity.h"

#include <algorithm>

namespace rtpengine::call {

void Connectivity::restart() {
    ufrag.clear();
    pwd.clear();
    renewed = true;
    for (auto& pair : selected) pair.remote = {};
}

void Connectivity::forget_peer() {
    peer_ufrag.clear();
    peer_pwd.clear();
    candidates.clear();
    peer_lite = trickle = ice2 = false;
}

bool Connectivity::restarts_with(const std::string& other_ufrag, const std::string& other_pwd) const {
    return !renewed && !peer_ufrag.empty() && (peer_ufrag != other_ufrag || peer_pwd != other_pwd);
}

void add_candidates(Connectivity& connectivity, const std::vector<sdp::Candidate>& candidates) {
    auto& known = connectivity.candidates;
    for (const auto& candidate : candidates) {
        const auto same = [&](const sdp::Candidate& other) {
            return other.endpoint == candidate.endpoint && other.component == candidate.component;
        };
        if (known.size() < Connectivity::most_candidates && std::ranges::none_of(known, same)) known.push_back(candidate);
    }
}

std::uint32_t candidate_priority(unsigned type_preference, std::size_t index, unsigned component) {
    return (type_preference << 24) + (static_cast<std::uint32_t>(65535 - index) << 8) + (256 - component);
}

} // namespace rtpengine::call
