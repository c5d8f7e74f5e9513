// SPDX-License-Identifier: Apache-2.0
#include "control/call/alias.h"

#include <algorithm>

#include "common/dtls/identity.h"

namespace rtpengine::call {

namespace {

constexpr std::size_t most_keys = 8; // of a party; older ones are forgotten

std::string address_key(const sdp::Session& session) {
    if (session.sections.empty() || !session.sections.front().port) return {};
    return "address " + session.sections.front().rtp_endpoint().str();
}

} // namespace

std::string alias_key(const ng::Flags& flags, const sdp::Session& session) {
    switch (flags.alias_key) {
    case ng::AliasKey::off: break;
    case ng::AliasKey::sdp: return "sdp " + dtls::digest("sha-256", flags.sdp);
    case ng::AliasKey::address: return address_key(session);
    }
    return {};
}

void remember(Party& party, const std::string& key) {
    auto& keys = party.alias_keys;
    if (key.empty() || (!keys.empty() && keys.back() == key)) return;
    std::erase(keys, key);
    if (keys.size() == most_keys) keys.erase(keys.begin());
    keys.push_back(key);
}

Party* find_alias(const Call& call, const std::string& key) {
    if (key.empty()) return nullptr;
    for (auto party = call.parties.rbegin(); party != call.parties.rend(); ++party)
        if (!(*party)->closed && std::ranges::find((*party)->alias_keys, key) != (*party)->alias_keys.end()) return party->get();
    return nullptr;
}

} // namespace rtpengine::call
