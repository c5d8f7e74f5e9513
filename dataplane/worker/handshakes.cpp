// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/handshakes.h"

#include <algorithm>

#include "common/base/log.h"
#include "dataplane/worker/proof.h"

namespace rtpengine::dataplane {

void Handshakes::introduce(const std::vector<IdentitySpec>& identities) {
    for (const auto& each : identities) {
        auto& context = contexts_[dtls::digest("sha-256", each.identity.certificate)];
        if (context) continue;
        auto made = dtls::Context::make(each.identity, each.ciphers, each.mtu);
        if (made) context = *std::move(made);
        else log::err("{}", made.error().message);
    }
}

void Handshakes::set(const StreamSpec& spec) {
    auto& handshake = streams_[spec.slot].handshake;
    if (!spec.dtls) return handshake.reset();
    if (!handshake || !handshake->follow(*spec.dtls))
        handshake = std::make_unique<Handshake>(*this, wheel_, spec.slot, spec.id, spec.scope, *spec.dtls);
    handshake->start();
    flush();
}

void Handshakes::tell_all() {
    for (const auto slot : streams_.open())
        if (const auto& handshake = streams_[slot].handshake) handshake->tell();
}

std::shared_ptr<const dtls::Context> Handshakes::context(const std::string& identity) const {
    const auto found = contexts_.find(identity);
    return found != contexts_.end() ? found->second : nullptr;
}

std::optional<Endpoint> Handshakes::destination(std::uint32_t slot) {
    const auto& stream = streams_[slot];
    const auto to = stream.record ? dataplane::destination(*stream.record, stream.echo.stream) : std::nullopt;
    return to && to->address.family == stream.echo.from.address.family && proved(stream, *to) ? to : std::nullopt;
}

void Handshakes::send(std::uint32_t slot, const Endpoint& to, dtls::Bytes datagram) {
    const auto& stream = streams_[slot];
    if (!stream.record || datagram.empty()) return;
    const auto room = egress_.reserve(stream.echo, to, nullptr, datagram.size());
    std::ranges::copy(datagram, room.begin());
    egress_.commit(datagram.size());
}

} // namespace rtpengine::dataplane
