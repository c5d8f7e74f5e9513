// SPDX-License-Identifier: Apache-2.0
// What workers say of checks: which of a media's ports packets leave by, and what its next offer says of the pairs.
#include "common/base/log.h"
#include "control/call/each_port.h"
#include "control/call/ice.h"
#include "control/call/instance.h"

namespace rtpengine::call {

namespace {

Endpoint to_endpoint(const link::Endpoint& from) {
    return {Address::from_bytes(from.address()), static_cast<std::uint16_t>(from.port())};
}

const LocalPort* find_port(const Call& call, std::uint64_t stream) {
    const LocalPort* found = nullptr;
    for_each_port(call, [&](const PortSet&, const LocalPort& port) {
        if (port.id == stream) found = &port;
    });
    return found;
}

std::optional<SelectedPair> says_something(const LocalPort* port, const Endpoint& remote) {
    return port ? new_pair(*port->media, *port, remote) : std::nullopt;
}

void say(const Call& call, const LocalPort& port, const SelectedPair& pair) {
    const auto& media = *port.media;
    const log::Scope scope{call.id, media.party->tag, media.index, port.lease->port()};
    if (pair.remote.known())
        return log::record(log::Level::info, log::Subsystem::ice, scope, "ICE: component {} goes to {}", port.stream + 1, log::marked(pair.remote.str()));
    log::record(log::Level::warning, log::Subsystem::ice, scope, "ICE: component {}: the peer no longer answers, nothing is sent to it", port.stream + 1);
}

} // namespace

// It may be late: of a port that is gone, or of what a former process knew. After a Sync most of it is known. It isn't said again, so no
// queue is too long for it: of each stream one waits, the latest.
void Instance::take_news(const link::IceNews& news) {
    const auto call = find(news.call());
    const auto stream = news.stream();
    const auto remote = to_endpoint(news.remote());
    if (const auto waits = pairs_.find(stream); waits != pairs_.end()) return void(waits->second = remote);
    if (!call || !says_something(find_port(*call, stream), remote)) return;
    pairs_.emplace(stream, remote);
    const bool waits_or_done = guarded(call->id, [&] {
        in_turn(call, [this, stream](const auto& call, const Turn& turn) { apply(call, turn, stream, pairs_.extract(stream).mapped()); });
    });
    if (!waits_or_done) pairs_.erase(stream);
}

void Instance::apply(const std::shared_ptr<Call>& call, const Turn& turn, std::uint64_t stream, const Endpoint& remote) {
    const auto* port = call->dead ? nullptr : find_port(*call, stream);
    const auto pair = says_something(port, remote);
    if (!pair) return;
    Change change(*call);
    change.touch(*port->media->party);
    port->media->connectivity.selected[port->stream] = *pair;
    say(*call, *port, *pair);
    conclude(call, turn, change, [] {});
}

} // namespace rtpengine::call
