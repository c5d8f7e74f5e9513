// SPDX-License-Identifier: Apache-2.0
#include "control/call/srtp_rule.h"

#include <algorithm>

namespace rtpengine::call {

namespace {

std::string bytes(std::span<const std::uint8_t> view) { return {view.begin(), view.end()}; }

// To a secret or an MKI.
template <class To> bool assign(To& to, const std::string& from) {
    return to.assign({reinterpret_cast<const std::uint8_t*>(from.data()), from.size()});
}

bool read(const link::Srtp::Master& from, srtp::Master& to) {
    return assign(to.key, from.key()) && assign(to.salt, from.salt()) && assign(to.mki, from.mki());
}

} // namespace

void put_keys(link::Srtp& to, const sdp::Crypto& from) {
    to.set_suite(std::string(from.suite->name));
    for (const auto& key : from.keys) {
        auto& master = *to.add_masters();
        master.set_key(bytes(key.key.view()));
        master.set_salt(bytes(key.salt.view()));
        master.set_mki(bytes(key.mki.view()));
    }
    to.set_unencrypted_srtp(from.session.unencrypted_srtp);
    to.set_unencrypted_srtcp(from.session.unencrypted_srtcp);
    to.set_unauthenticated_srtp(from.session.unauthenticated_srtp);
}

std::optional<sdp::Crypto> crypto_from(const link::Srtp& from) {
    sdp::Crypto crypto;
    crypto.suite = srtp::find_suite(from.suite());
    crypto.session = {from.unencrypted_srtp(), from.unencrypted_srtcp(), from.unauthenticated_srtp()};
    for (const auto& master : from.masters())
        if (!read(master, crypto.keys.emplace_back()) || !srtp::Parameters{crypto.suite, crypto.keys.back(), crypto.session}.valid())
            return std::nullopt;
    if (crypto.keys.empty()) return std::nullopt;
    return crypto;
}

} // namespace rtpengine::call
