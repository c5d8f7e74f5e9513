// SPDX-License-Identifier: Apache-2.0
#include "supervisor/media/sockets.h"

#include "common/base/log.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor::media {

namespace {

std::vector<Address> addresses(const link::WorkerConfig& worker) {
    std::vector<Address> result;
    for (const auto& address : worker.addresses())
        result.push_back(Address::from_bytes(address));
    return result;
}

Result<bpf::Steering> steer(Plan& plan) {
    std::vector<Address> all;
    for (const auto& worker : plan.workers)
        for (const auto& address : addresses(worker))
            all.push_back(address);
    auto steering = bpf::Steering::open(all);
    if (!steering) return steering;
    for (auto& worker : plan.workers) {
        auto sockets = steering->add_worker(worker.index(), addresses(worker));
        if (!sockets) return sockets.error();
        *worker.mutable_steering() = *std::move(sockets);
    }
    return steering;
}

Result<Sockets> bound_sockets(const std::vector<Range>& ranges) {
    if (auto checked = Claim::check(ranges); !checked) return checked.error();
    return Sockets{};
}

Result<Sockets> steered_sockets(const std::vector<Range>& ranges, bpf::Steering steering) {
    auto claim = Claim::take(ranges);
    if (!claim) return claim.error();
    Sockets sockets{*std::move(claim), std::nullopt, std::move(steering), {}};
    if (auto guarded = sockets.steering->guard(ranges); !guarded) {
        sockets.unguarded = guarded.error().message;
        log::warning("{}: any local user may bind to a media port, connect to its peer and so take the stream", sockets.unguarded);
    }
    auto reserved = ReservedPorts::reserve(ranges);
    if (reserved)
        sockets.reserved.emplace(*std::move(reserved));
    else
        log::warning("{}", reserved.error().message);
    return sockets;
}

} // namespace

Result<Sockets> open_sockets(const options::InstanceSettings& settings, Plan& plan) {
    using enum options::MediaSockets;
    const auto ranges = ranges_of(settings.config);
    if (settings.media_sockets == bound) return bound_sockets(ranges);
    auto steering = steer(plan);
    if (steering) return steered_sockets(ranges, *std::move(steering));
    for (auto& worker : plan.workers)
        worker.clear_steering();
    if (settings.media_sockets == steered) return Error{steering.error().message + " (media-sockets=steered)"};
    log::warning("{}; each media port has a socket of its own", steering.error().message);
    return bound_sockets(ranges);
}

Sockets resume(const handover::MediaSockets& from, const std::vector<Range>& ranges) {
    Sockets sockets;
    if (!from.steering_fds_size()) return sockets;
    sockets.claim.emplace(Claim::resume(own(from.claim_fds())));
    sockets.steering.emplace(bpf::Steering::resume(own(from.steering_fds())));
    sockets.unguarded = from.unguarded();
    if (from.has_reserved_ports())
        sockets.reserved.emplace(ReservedPorts::resume(ranges, parse_ports(from.reserved_ports()).value_or(Ports{})));
    return sockets;
}

void hand_over(const Sockets& sockets, handover::MediaSockets& to) {
    if (!sockets.steering) return;
    leave(sockets.claim->sockets(), *to.mutable_claim_fds());
    leave(sockets.steering->held(), *to.mutable_steering_fds());
    to.set_unguarded(sockets.unguarded);
    if (sockets.reserved) to.set_reserved_ports(format_ports(sockets.reserved->added()));
}

} // namespace rtpengine::supervisor::media
