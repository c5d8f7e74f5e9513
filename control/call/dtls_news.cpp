// SPDX-License-Identifier: Apache-2.0
// What workers say of handshakes becomes a part of the rules.
#include "common/base/log.h"
#include "control/call/each_port.h"
#include "control/call/instance.h"
#include "control/call/srtp_rule.h"

namespace rtpengine::call {

namespace {

LocalPort* find_port(Call& call, std::uint64_t stream) {
    LocalPort* found = nullptr;
    for_each_port(call, [&](PortSet&, LocalPort& port) {
        if (port.id == stream) found = &port;
    });
    return found;
}

std::optional<sdp::SdesPair> keys_in(const link::DtlsNews& news) {
    auto ours = crypto_from(news.send()), theirs = crypto_from(news.receive());
    if (!ours || !theirs) return std::nullopt;
    return sdp::SdesPair{*std::move(ours), *std::move(theirs)};
}

// Of an association that isn't in force any more nothing is of interest.
LocalPort* port_about(Call& call, const link::DtlsNews& news) {
    auto* const port = find_port(call, news.stream());
    const auto* const association = port && port->media->dtls.association ? &*port->media->dtls.association : nullptr;
    return association && association->number == news.association() ? port : nullptr;
}

} // namespace

// The scope begins with the call's id, in which there may be anything.
std::shared_ptr<Call> Instance::in_scope(std::string_view scope) const {
    for (auto end = scope.rfind('/'); end != scope.npos && end; end = scope.rfind('/', end - 1))
        if (auto call = find(std::string(scope.substr(0, end)))) return call;
    return nullptr;
}

bool Instance::take_news(std::string_view scope, const link::DtlsNews& news) {
    const auto call = in_scope(scope);
    if (!call || !find_port(*call, news.stream())) return false;
    in_turn(call, [this, news](const auto& call, const Turn&) { // a handshake ends once
        if (!call->dead) apply(call, news);
    });
    return true;
}

void Instance::apply(const std::shared_ptr<Call>& call, const link::DtlsNews& news) {
    auto* const port = port_about(*call, news);
    if (!port || port->media->dtls.is_done(port->stream)) return;
    auto& media = *port->media;
    auto keys = news.failure().empty() ? keys_in(news) : std::nullopt;
    if (!keys) {
        const auto& why = news.failure().empty() ? "the worker's keys can't be used" : news.failure();
        return log::record(log::Level::err, log::Subsystem::core, {call->id}, "no media for '{}', section {}: DTLS handshake failed: {}",
                           media.party->tag, media.index, why);
    }
    Change change(*call);
    change.touch(*media.party);
    media.dtls.keys[port->stream] = {news.association(), *std::move(keys)};
    keep(call);
    const auto affected = change.affected();
    change.keep();
    committer_.tell(call, affected);
}

} // namespace rtpengine::call
