// SPDX-License-Identifier: Apache-2.0
#include "control/call/origin.h"

#include <charconv>

#include "control/sdp/lines.h"

namespace rtpengine::call {

std::string next_version(const std::string& version) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc{} || end != version.data() + version.size()) return version;
    return std::to_string(number + 1);
}

bool owns_version(const ng::BodyFlags& flags) { return flags.replace_sdp_version || flags.replace_origin_full; }

sdp::Origin choose_origin(const sdp::Origin& sender, const LastBody& last, const ng::BodyFlags& flags,
                          const Address& local) {
    auto origin = sender;
    const auto& previous = last.origin;
    if (previous && (flags.replace_username || flags.replace_origin_full)) origin.username = previous->username;
    if (previous && flags.replace_origin_full) origin.session_id = previous->session_id;
    if (previous && owns_version(flags)) origin.version = previous->version;
    if (previous && flags.replace_force_increment) origin.version = next_version(previous->version);
    if (flags.replace_origin || flags.replace_origin_full) {
        if (previous) {
            origin.address_type = previous->address_type;
            origin.address = previous->address;
        } else if (local.known()) {
            origin.address_type = sdp::address_type(local);
            origin.address = local.str();
        }
    }
    if (origin.username.empty()) origin.username = "-";
    return origin;
}

sdp::Origin own_origin(const sdp::Origin& fresh, const LastBody& last, const ng::BodyFlags& flags, const Address& local) {
    auto origin = last.origin.value_or(fresh);
    if (last.origin && flags.replace_force_increment) origin.version = next_version(origin.version);
    if (last.origin || !local.known()) return origin;
    origin.address_type = sdp::address_type(local);
    origin.address = local.str();
    return origin;
}

} // namespace rtpengine::call
